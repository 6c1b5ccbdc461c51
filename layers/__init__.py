"""What draws on the map or computes for it."""
