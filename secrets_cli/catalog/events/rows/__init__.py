"""The rows of the event table, one module for each group of services."""
