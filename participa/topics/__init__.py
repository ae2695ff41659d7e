"""Topic calls: residents rank the topics that the city should account for, and see the results."""
