"""Who may vote: the credentials of a box and the cards that carry them."""
