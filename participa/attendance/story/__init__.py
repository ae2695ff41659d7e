"""The people of the example of a demonstration, and the paper that they signed."""
