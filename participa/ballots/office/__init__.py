"""The staff pages of the ballot boxes."""
