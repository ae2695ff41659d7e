"""What waits for a member of the staff, and the one mail a day about it."""
