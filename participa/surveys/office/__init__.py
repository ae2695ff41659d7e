"""The staff's side of a survey: prepare it, publish it, close it."""
