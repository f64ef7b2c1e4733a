"""Recording the calls that pass by as CloudTrail would have logged them."""
