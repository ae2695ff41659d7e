"""Questionnaires: any survey of the city, from a card at the door to a consultation."""
