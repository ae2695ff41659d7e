"""The public pages of the topic calls."""
