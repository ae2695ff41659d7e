"""People who answer: territories, population variables, consent, and protected statistics."""
