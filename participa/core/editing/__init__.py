"""How the staff changes records: each created once, and no change saved over one unseen."""
