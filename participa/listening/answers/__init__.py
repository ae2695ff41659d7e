"""What the public reads: answers without anybody's data, and how the city answers."""
