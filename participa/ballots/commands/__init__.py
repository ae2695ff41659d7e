"""What registrars, trustees and auditors run on their own machines, without an installation."""
