"""The staff's pages of the topic calls."""
