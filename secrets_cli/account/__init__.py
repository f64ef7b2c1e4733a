"""Roles and users of a live account: what they are, and a narrowed policy applied to them and taken back."""
