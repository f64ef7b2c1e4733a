"""Numbers as the Numeric condition operators read them: integers and decimals, compared exactly.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Numeric
"""

import re
from fractions import Fraction
from functools import lru_cache

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,100}(?:\.[0-9]{0,100})?|\.[0-9]{1,100})(?:[eE][+-]?[0-9]{1,3})?")


@lru_cache(maxsize=4096)
def parse_number(text: str) -> Fraction | None:
    """The exact value, or None where the text is no number (or has more than a hundred digits)."""
    stripped = text.strip()
    return Fraction(stripped) if _NUMBER.fullmatch(stripped) else None
