"""Condition operators that do not go with their values or their key.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html and the types of
keys in `gate.condition_keys`.
"""

from dataclasses import dataclass

from secrets_cli.gate.condition_keys import KeyType, facts_of_key
from secrets_cli.gate.condition_truth import Truth, is_open
from secrets_cli.gate.condition_worlds import family_of
from secrets_cli.iam.instant import parse_instant
from secrets_cli.iam.model import ConditionTerm
from secrets_cli.iam.network import parse_network
from secrets_cli.iam.number import parse_number
from secrets_cli.iam.operator_name import POSITIVE_OF
from secrets_cli.iam.variables import Variable, has_variables, template

_STAR_IS_A_VALUE = frozenset({"lambda:principal", "kms:granteeprincipal", "s3:prefix", "s3:delimiter"})
"""Keys of which a request may really carry a `*` or a `?`: AddPermission for everybody, a listing below such a name."""
_STRING_EQUALS = frozenset({"StringEquals", "StringEqualsIgnoreCase"})
_ARN_FIELDS = 6


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Why a term does not say what it seems to."""

    why: tuple[str, str]
    """What is wrong with one value, and with several: "is no number", "are no numbers"."""
    advice: str
    """What to write; half a sentence."""
    values: tuple[str, ...]
    """Those that can never fit."""
    all_values: bool
    """Whether no value of the term fits, so that it is decided by the operator alone."""

    @property
    def predicate(self) -> str:
        """The values' own of `why`."""
        return self.why[len(self.values) > 1]


def mismatch_of(term: ConditionTerm) -> Mismatch | None:
    """What does not go together in a term; None where nothing is wrong, or where it is open what it says."""
    base = POSITIVE_OF.get(term.operator.base, term.operator.base)
    if base == "Null":
        return _of_values(
            term,
            ("true", "false"),
            ("is neither `true` nor `false`", "are neither `true` nor `false`"),
            "write `true` or `false`",
        )
    variables = _variables_where_there_are_none(term, base)
    if variables:
        return variables
    if is_open(term):
        return None
    if base in _STRING_EQUALS:
        return _wildcards(term, base) or _network_as_text(term)
    return _by_type(term, base)


def truth_of_mismatch(term: ConditionTerm, mismatch: Mismatch) -> Truth:
    """What the term comes to, where none of its values fits; else it depends."""
    if not mismatch.all_values:
        return Truth.DEPENDS
    return Truth.ALWAYS if term.operator.base in POSITIVE_OF else Truth.NEVER


def wrong_family(term: ConditionTerm) -> str:
    """The operators that go with the key, where the term uses others and AWS compares all the same; else empty.

    `StringEquals` goes with an ARN as well as `ArnEquals`; under `StringLike` a `*` crosses the ARN's colons.
    """
    type, family = facts_of_key(term.key).type, family_of(term)
    base = POSITIVE_OF.get(term.operator.base, term.operator.base)
    if type is None or type is KeyType.STRING or family == "presence":
        return ""
    fitting = {
        KeyType.BOOL: base == "Bool",
        KeyType.ARN: family == "text" and base not in ("StringLike", "Bool"),
        KeyType.NUMBER: family == "number",
        KeyType.DATE: family in ("moment", "number"),
        KeyType.ADDRESS: family == "address",
    }
    return "" if fitting[type] else _OPERATORS_FOR[type]


_OPERATORS_FOR = {
    KeyType.ARN: "Arn",
    KeyType.BOOL: "Bool",
    KeyType.NUMBER: "Numeric",
    KeyType.DATE: "Date",
    KeyType.ADDRESS: "IpAddress",
}


def _variables_where_there_are_none(term: ConditionTerm, base: str) -> Mismatch | None:
    if base.startswith(("String", "Arn", "Bool")):
        return None
    values = tuple(
        value
        for value in term.values
        if has_variables(value) and any(isinstance(part, Variable) for part in template(value))
    )
    advice = "policy variables work under String and Arn operators alone"
    return _made(term, values, ("is plain text here", "are plain text here"), advice)


def _wildcards(term: ConditionTerm, base: str) -> Mismatch | None:
    key = term.key.lower()
    if key in _STAR_IS_A_VALUE:
        return None
    values = tuple(value for value in term.values if "*" in value and "${*}" not in value)
    like = "ArnLike" if facts_of_key(key).type is KeyType.ARN else "StringLike"
    if base != term.operator.base:
        like = like.replace("Like", "NotLike")
    what = ("is compared letter by letter, the `*` too", "are compared letter by letter, each `*` too")
    return _made(term, values, what, f"write `{like}`")


def _network_as_text(term: ConditionTerm) -> Mismatch | None:
    if facts_of_key(term.key).type is not KeyType.ADDRESS:
        return None
    values = tuple(value for value in term.values if "/" in value)
    return _made(
        term,
        values,
        ("is compared letter by letter with one address", "are compared letter by letter with one address"),
        "write `IpAddress` or `NotIpAddress`",
    )


def _by_type(term: ConditionTerm, base: str) -> Mismatch | None:
    if base == "Bool":
        return _of_values(
            term,
            ("true", "false"),
            ("is neither `true` nor `false`", "are neither `true` nor `false`"),
            "write `true` or `false`",
        )
    if base.startswith("Numeric"):
        values = tuple(value for value in term.values if parse_number(value) is None)
        return _made(term, values, ("is no number", "are no numbers"), "write a number, or a String operator")
    if base.startswith("Date"):
        values = tuple(value for value in term.values if parse_instant(value) is None)
        return _made(term, values, ("is no date", "are no dates"), "write `2030-01-31T00:00:00Z`")
    if base == "IpAddress":
        values = tuple(value for value in term.values if parse_network(value) is None)
        return _made(term, values, ("is no address or range", "are no addresses or ranges"), "write `203.0.113.0/24`")
    if base.startswith("Arn"):
        values = tuple(value for value in term.values if not _is_arn(value))
        return _made(term, values, ("is no ARN", "are no ARNs"), "write all six fields of an ARN, or a String operator")
    return None


def _is_arn(value: str) -> bool:
    fields = value.split(":", _ARN_FIELDS - 1)
    return "*" in value or (len(fields) == _ARN_FIELDS and fields[0] == "arn")


def _of_values(term: ConditionTerm, allowed: tuple[str, ...], why: tuple[str, str], advice: str) -> Mismatch | None:
    if is_open(term):
        return None
    return _made(term, tuple(value for value in term.values if value.lower() not in allowed), why, advice)


def _made(term: ConditionTerm, values: tuple[str, ...], why: tuple[str, str], advice: str) -> Mismatch | None:
    if not values:
        return None
    return Mismatch(why, advice, values, len(values) == len(term.values))
