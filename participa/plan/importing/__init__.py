"""A file of the city becomes a plan: read, checked, compared and confirmed."""
