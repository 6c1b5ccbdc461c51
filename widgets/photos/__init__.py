"""Photos of records: decoded by a process of their own, shown in the card and large."""
