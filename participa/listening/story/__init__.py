"""The people of the example of a demonstration, and what they said."""
