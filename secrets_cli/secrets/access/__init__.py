"""Who can read a parameter, by which route and by which statements, and who can give themselves access."""
