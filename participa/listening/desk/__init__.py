"""The staff's work on contributions: the list of an office, and the page of one."""
