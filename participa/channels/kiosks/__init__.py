"""A tablet in the hall: locked to one form by the staff, and left with their PIN."""
