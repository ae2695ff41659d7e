"""What an operator needs: the server, backups, migrations, health, logs and the commands."""
