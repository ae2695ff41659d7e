"""What residents see of the events: the calendar, the page of one, the request for support."""
