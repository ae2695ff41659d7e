"""What a questionnaire is and what an answer to it is. No database, no requests."""
