"""Pages across all packages: home, the official menu, policies, follow-up, the staff's home."""
