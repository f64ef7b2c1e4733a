"""Files that people keep policies in, read into policies with the place of each part in the original file.

Each format has one reader, a pure function `read_X(text, name, supplied) -> Found`. What a reader cannot resolve - an
intrinsic function of deployment time, a variable without a value - is unknown, and listed as such with what would supply
it: nothing is guessed, and nothing that was not understood is left out silently.
"""
