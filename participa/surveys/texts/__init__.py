"""What people wrote: reading, tagging, publishing, and the words that come up most."""
