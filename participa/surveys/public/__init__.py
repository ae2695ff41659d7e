"""What residents see of the surveys: the list, the form, the receipt, going on, correcting."""
