"""What residents see: what explains accountability, how events were called, mail of calls."""
