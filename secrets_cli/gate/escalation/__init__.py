"""Ways from what a principal is granted to more than that: a table of paths, and the search for them in its policies."""
