"""What the city committed itself to at an event: who, until when, and what came of it (RDC-07)."""
