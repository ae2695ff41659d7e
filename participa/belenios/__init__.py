"""The verifiable ballot box's wire format: pure, and imports nothing else of participa."""
