"""The paper list of an event: printed sheets, their way into the roster, and their counts."""
