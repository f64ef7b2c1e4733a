"""The same aggregation on other engines: Spark and Athena."""
