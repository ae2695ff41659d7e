"""Results: per question, compared, who is missing, and the texts that people wrote."""
