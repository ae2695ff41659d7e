"""Calls that reach people: how each event was announced, what explains accountability, mail."""
