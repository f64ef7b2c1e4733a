"""The policy language: ARNs, patterns, the policy model, parsing, conditions, evaluation and containment.

Pure: no files, no network, no clock.
"""
