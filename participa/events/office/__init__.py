"""The staff's side of the events: the plan and its parts, the call, changes of date."""
