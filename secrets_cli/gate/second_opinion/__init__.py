"""What other linters say of a policy, behind the gate's own rules."""
