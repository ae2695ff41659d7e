"""Bodies that meet for the rendición de cuentas: teams, committees, nodes and working tables."""
