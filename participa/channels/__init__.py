"""Code that all participation channels share: phases, forms, posters, entries in lists.

A channel is a package above this one that describes itself in one row, a `ChannelType`.
"""
