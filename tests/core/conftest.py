"""Rules are tried with many values; a busy machine may take its time over each of them."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
