"""What residents see of the posts: the list, the page of a post, and being heard."""
