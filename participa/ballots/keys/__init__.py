"""The keys of a box: those of its trustees, and the encryption at rest of its papers."""
