"""The staff's pages of an attendance list."""
