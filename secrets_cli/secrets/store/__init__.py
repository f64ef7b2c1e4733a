"""One secret in Parameter Store: stored, read, versioned, labelled, listed, found, deleted."""
