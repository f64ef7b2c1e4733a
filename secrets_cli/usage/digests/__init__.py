"""CloudTrail's digest files: whether log files are there, unaltered, and all of them."""
