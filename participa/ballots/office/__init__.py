"""The staff's side of the ballot boxes."""
