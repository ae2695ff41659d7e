"""The people of the administration: offices, accounts, and who may do what."""
