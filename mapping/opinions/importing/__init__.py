"""Voices from files: CSV and GeoJSON, with a column map and a source CRS."""
