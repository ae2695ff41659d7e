"""The minutes of an event: a numbered document of its real totals, with its hash (RDC-05)."""
