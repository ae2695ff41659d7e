"""Attendance lists: who came to an event, signed by phone, at the desk, on a tablet or on paper."""
