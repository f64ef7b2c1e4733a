"""The getSecret deployment: what should be there, what is there, and the plan from one to the other."""
