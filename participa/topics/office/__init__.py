"""The staff's side of the topic calls."""
