"""The witness program: an own copy of a box that grows, and an alarm when the box does not."""
