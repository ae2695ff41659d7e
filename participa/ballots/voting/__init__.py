"""Accepting votes: encrypted by the browser or by the server, or given openly."""
