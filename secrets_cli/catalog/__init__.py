"""What exists in AWS, and which CloudTrail event needs which action on which ARN.

Reads nothing but the data packaged beside it.
"""
