"""What is wrong with this workstation and what to do about it; `doctor` prints it, nothing is changed."""

from citymanager.doctor.finding import Check, Finding, State, examine

__all__ = ["Check", "Finding", "State", "examine"]
