"""What a person may ask about their own data on the lists, and when the data are erased."""
