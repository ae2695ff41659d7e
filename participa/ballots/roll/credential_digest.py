"""The form in which the database stores a credential of the roll."""

import hashlib


def credential_digest(public: int) -> str:
    """SHA-256 of the public credential's decimal digits, in hex: short enough for an index."""
    return hashlib.sha256(str(public).encode()).hexdigest()
