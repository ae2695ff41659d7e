"""Cases: what a resident asks of the city, by whichever channel, and what the city answers."""
