"""From the closed box to its published result, and how anybody recounts it."""
