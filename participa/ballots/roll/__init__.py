"""The roll of a box: its credentials, and the printed cards with their codes."""
