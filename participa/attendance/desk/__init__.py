"""The registration desk at the door: for accounts, and for a device that a link lets in."""
