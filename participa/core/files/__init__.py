"""Files that people hand in: their store, and what they are allowed to be."""
