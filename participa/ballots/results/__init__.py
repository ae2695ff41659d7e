"""The tally of a closed box, its published result, and how anybody can verify it."""
