"""The days that no term counts, and the failures that give a person more: pages and acts."""
