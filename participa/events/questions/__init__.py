"""What residents ask an event, and what the city answers there or in writing (RDC-04)."""
