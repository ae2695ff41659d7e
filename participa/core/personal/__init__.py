"""Personal data at rest: encrypted columns, and the replacement of their keys."""
