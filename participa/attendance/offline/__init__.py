"""Signing without a signal: the queue of a device, the tablet, and what the staff imports."""
