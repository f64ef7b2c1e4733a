"""The gate: rules over policies and functions as files say them, and what comes of their findings.

Files are read elsewhere (`inputs`, `repository`); here everything is decided over frozen values. What a file leaves unknown
(`inputs.found.UNKNOWN`) is never a finding: it is listed as unresolved.
"""
