"""The city without a screen: what its registers are, how they are kept, and what its rules allow."""

from citymanager.lasting_none import keep_none

VERSION = "0.1.0"

keep_none()  # before anything can import Qt
