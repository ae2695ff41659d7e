"""Authentication of the staff: passwords, second factor, sessions and mailed links."""
