"""A person's own data in contributions: search, erasure, terms, and new digests after a key."""
