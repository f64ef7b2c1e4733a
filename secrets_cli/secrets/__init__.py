"""Secrets in Parameter Store and the KMS keys that protect them.

Decisions are pure functions over frozen values (what a name may be, which tier a value needs, what a plan changes, who
can read); what calls AWS takes a `secrets_cli.aws` service and answers values. Nothing here prints.
"""
