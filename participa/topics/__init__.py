"""Topic calls: residents say which topics the city gives account of, and see what came of it."""
