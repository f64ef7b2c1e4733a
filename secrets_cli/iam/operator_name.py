"""The names of the condition operators: 27 base operators, the suffix `IfExists`, two prefixes.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from functools import lru_cache

from secrets_cli.iam.model import Operator, Quantifier

BASE_OPERATORS = (
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
)

POSITIVE_OF = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
"""The negated operators, each with the operator it negates."""

VARIABLES_IN = frozenset(base for base in BASE_OPERATORS if base.startswith(("String", "Arn", "Bool")))
"""Operators in whose values policy variables are replaced: strings and ARNs
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-conditionelement), and
Bool, of which only the page on operators says so."""

_BASE_OF = {base.lower(): base for base in BASE_OPERATORS}
_QUANTIFIER_OF = {quantifier.value.lower(): quantifier for quantifier in Quantifier}
_SUFFIX = "ifexists"


@lru_cache(maxsize=1024)
def parse_operator(text: str) -> Operator | None:
    """The operator taken apart, or None where there is none of that name.

    Letter case is not significant: AWS's pages do not say, and a spelling that AWS refuses is in no live policy.
    `NullIfExists` does not exist.
    """
    prefix, colon, name = text.lower().rpartition(":")
    quantifier = _QUANTIFIER_OF.get(prefix)
    if colon and quantifier is None:
        return None
    if_exists = name.endswith(_SUFFIX)
    base = _BASE_OF.get(name.removesuffix(_SUFFIX))
    if base is None or (if_exists and base == "Null"):
        return None
    return Operator(base, if_exists, quantifier)
