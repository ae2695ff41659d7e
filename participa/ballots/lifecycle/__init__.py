"""From a draft to the closing: what a box asks, and the acts that take two people."""
