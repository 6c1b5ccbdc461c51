"""Everything the program carries that is not code: styles, map assets, norms, sounds, training texts."""
