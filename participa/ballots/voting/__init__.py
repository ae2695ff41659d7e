"""How a vote comes in: encrypted, assisted by the server, or open."""
