"""The rules: one module a subject, each rule an id, a severity and a function from facts to findings."""
