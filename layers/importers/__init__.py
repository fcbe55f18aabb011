"""Official layers from the files that cities and ministries publish."""
