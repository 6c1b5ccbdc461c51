"""The city without a screen: what its registers are, how they are kept, and what its rules allow."""

VERSION = "0.1.0"

from citymanager.lasting_none import keep_none

keep_none()  # before anything can import Qt
