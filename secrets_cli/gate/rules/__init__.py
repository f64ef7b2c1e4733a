"""The rules, one in each module: the module `pass_role_wildcard` holds the rule `pass-role-wildcard` as `RULE`."""
