"""What people see of an attendance list: sign in, the receipt."""
