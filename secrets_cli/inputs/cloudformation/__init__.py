"""CloudFormation and SAM templates, read into policies.

Files: `template` (the sections), `conditions` (which ways the conditions can come out), `intrinsics` (functions to
values), `resource_names` (what Ref and GetAtt give), `documents` (which resources carry policies, and where),
`managed`, `permissions`, `sam*`, and `read`, which puts them together.
"""
