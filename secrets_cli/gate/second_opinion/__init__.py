"""What other tools say of the same policies: never instead of our own judgement, and only where it differs."""
