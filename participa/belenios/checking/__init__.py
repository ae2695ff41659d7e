"""Checking many ballots at once, on all processors."""
