"""How many came, as groups: for the public page, the minutes of the event and the staff."""
