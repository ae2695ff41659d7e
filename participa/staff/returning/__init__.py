"""What is sent from a page that is over: its session ended, or its record is gone."""
