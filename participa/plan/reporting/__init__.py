"""What offices report on their tasks, who approves it, and what closing fixes."""
