"""The command line: the work of an administrator or a script, without the window. `main.py` wires it."""
