"""Records on paper and in PDF."""
