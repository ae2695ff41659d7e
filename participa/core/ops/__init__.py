"""Operation: the server, backups, migrations, health checks and the operator's commands."""
