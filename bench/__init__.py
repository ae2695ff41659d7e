"""How fast participa is, measured: python3 -m bench. Development only."""
