"""Big-number arithmetic by libraries of the operating system."""
