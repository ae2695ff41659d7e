"""Surveys on paper and taken down by an official: blank forms, keying, assisted answers."""
