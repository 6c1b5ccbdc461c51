"""The city without a screen: what its registers are, how they are kept, and what its rules allow."""

VERSION = "0.1.0"
