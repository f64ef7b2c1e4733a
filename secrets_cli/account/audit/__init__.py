"""What each role of an account may do, what it does, and which change takes most risk away.

roles (live, or a file) --+
usage out of logs --------+-> one RoleAudit a role -> changes, ranked
functions and their roles-+
"""
