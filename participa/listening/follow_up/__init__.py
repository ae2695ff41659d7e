"""Coming back with the code: the way of a contribution, its term, its answer, and a reply."""
