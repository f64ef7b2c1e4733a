"""Secrets, least privilege and a policy gate for AWS Lambda projects."""

__version__ = "0.1.0"
