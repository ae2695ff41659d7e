"""The pages that look at everything: home, the official menu, policies, follow-up, staff home."""
