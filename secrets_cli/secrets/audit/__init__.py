"""Finding secrets that are kept badly: in Parameter Store, in functions' environments and in project folders.

`collect` reads an account into frozen facts and says what it was not allowed to see; `rules` judges the facts and calls
nothing; `reads` says who read a parameter, from what `usage scan` wrote. What could not be seen is unresolved, and
reported: it never passes for good.
"""
