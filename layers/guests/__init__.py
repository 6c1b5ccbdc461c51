"""Files that somebody lays on the map for a while: read apart from the window, shown as layers, kept by nobody."""
