"""Actions that read data, open resources to others, or return credentials: reviewed tables."""
