"""The staff's side of the posts: prepare one, its poster, its daily check."""
