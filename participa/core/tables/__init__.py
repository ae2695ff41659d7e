"""Tables as files: one description, written as CSV, Excel or JSON."""
