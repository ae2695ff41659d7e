"""Listening posts: what people say to the city, the answer they get, and what came of it."""
