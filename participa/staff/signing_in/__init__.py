"""Who signs in and how: passwords, second factor, sessions and mailed links."""
