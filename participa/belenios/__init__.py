"""Election records in the Belenios 2.0 format, made and verified; imports nothing of participa.

README.md beside this file gives the order in which to read the modules.
"""
