"""What residents see of the ballot boxes."""
