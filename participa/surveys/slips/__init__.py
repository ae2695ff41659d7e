"""Single-use codes as the staff handle them: batches, printed slips, links for a mail merge."""
