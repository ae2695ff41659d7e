"""Counting: what people answered becomes numbers, and which of them may be looked at now."""
