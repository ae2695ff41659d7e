"""The virtual ballot box: secret ballots that anybody can recount."""
