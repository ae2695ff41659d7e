"""The files that people download and run: pages and programs built from the modules around."""
