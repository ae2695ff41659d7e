"""The staff's side: how an event was called, the pieces of the strategy, what counts as mass."""
