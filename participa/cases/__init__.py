"""Cases: the questions that residents send through any channel, and the city's answers."""
