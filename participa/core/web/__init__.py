"""What surrounds every request: assets, limits, headers, compression and error pages."""
