"""What every way to take part has in common: its phases, its form, its poster, its place in lists.

A channel is a package above this one that lists what it has in one row, a `ChannelType`.
"""
