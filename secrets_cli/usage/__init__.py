"""CloudTrail in, usage out: records, identity, what counts, aggregation, sources and engines."""
