"""City staff: offices, accounts, roles and access control."""
