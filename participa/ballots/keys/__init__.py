"""Who can open the total: the trustees' keys, and what stays sealed until then."""
