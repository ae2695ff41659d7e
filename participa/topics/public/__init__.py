"""What residents see of the topic calls."""
