"""Both ends of the wire: the workstation's client, and the central server that the workstation never imports."""
