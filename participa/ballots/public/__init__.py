"""The public pages of the ballot boxes."""
