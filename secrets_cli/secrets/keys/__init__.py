"""KMS keys for secrets: their policies built, proven, explained, changed by plans, and audited."""
