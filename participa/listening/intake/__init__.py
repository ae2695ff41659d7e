"""Writing down what somebody says by word of mouth; files of the city's own system."""
