"""Where and when people meet: planning, public page, questions, commitments and minutes."""
