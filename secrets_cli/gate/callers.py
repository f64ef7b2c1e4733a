"""Which conditions limit who can call, whatever the Principal says: limits, does not, in part, or unknown.

A condition limits the callers where nobody outside a fixed set can meet it: an account, an organization, one principal, a
network that is somebody's, a source that has an owner. It does not where a stranger can meet it at will (a header, a tag on
his own role, a private address in his own network, TLS), where it holds without the key (`...IfExists`, `ForAllValues`,
negated operators), or where its value matches everybody's (`*`, an ARN without an account). A key that keeps many out without
settling who is left (a shared word, the service that calls on) limits in part. What the file leaves unresolved is unknown.

Sources: "The meaning of public"
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status),
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html,
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
"""

import enum
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from secrets_cli.iam.arn import parse_arn
from secrets_cli.iam.model import ConditionTerm, Quantifier
from secrets_cli.iam.network import parse_network
from secrets_cli.iam.operator_name import POSITIVE_OF
from secrets_cli.inputs.found import UNKNOWN

__all__ = [
    "Limit",
    "excepts_only_services",
    "fixes",
    "leaves_only",
    "limit_of",
    "limit_of_term",
    "mentions",
    "needs_the_key",
]


class Limit(enum.Enum):
    """Whether something limits who can call."""

    LIMITS = "limits"
    PARTLY = "limits in part"
    OPEN = "does not limit"
    UNKNOWN = "unknown"


def limit_of(terms: Iterable[ConditionTerm]) -> Limit:
    """All terms of an Allow statement together: one that limits is enough."""
    each = {limit_of_term(term) for term in terms}
    return next((limit for limit in _STRONGEST if limit in each), Limit.OPEN)


def limit_of_term(term: ConditionTerm) -> Limit:
    """One term of an Allow statement."""
    if UNKNOWN in term.key:
        return Limit.UNKNOWN
    judged = _judged(term)
    if judged is None or not needs_the_key(term) or term.operator.base not in _POSITIVE:
        return Limit.OPEN
    return judged


def leaves_only(terms: Iterable[ConditionTerm]) -> Limit:
    """Whether a Deny statement for everybody, under these terms, leaves only a fixed set of callers.

    Each term must spare no others: a negated operator on a value that limits, or an exception for AWS's own services.
    """
    return _weakest(_spared_by(term) for term in terms)


def excepts_only_services(term: ConditionTerm) -> bool:
    """`Bool aws:PrincipalIsAWSService = false` and its like in a Deny: it spares AWS's services alone."""
    return _key(term) in _SERVICE_FLAGS and term.operator.base == "Bool" and _values(term) == {"false"}


def fixes(term: ConditionTerm) -> bool:
    """Whether the term holds only with its key present and with values of no wildcard alone: what is not known counts."""
    return (
        needs_the_key(term)
        and term.operator.base in _POSITIVE
        and all(value.strip("*?") != "" for value in term.values)
    )


def mentions(terms: Iterable[ConditionTerm], *keys: str) -> tuple[ConditionTerm, ...]:
    """The terms on one of the keys, given in lower case, or with a key that is not known."""
    return tuple(term for term in terms if _key(term) in keys or UNKNOWN in term.key)


def _spared_by(term: ConditionTerm) -> Limit:
    if UNKNOWN in term.key:
        return Limit.UNKNOWN
    if excepts_only_services(term):
        return Limit.LIMITS
    negated = POSITIVE_OF.get(term.operator.base)
    judged = _judged(term)
    if negated is None or judged is None or term.operator.quantifier is Quantifier.FOR_ANY_VALUE:
        return Limit.OPEN
    return judged


def _judged(term: ConditionTerm) -> Limit | None:
    """Whether each value the term names stands for a fixed set of callers; None for a key that tells nothing of them."""
    key = _key(term)
    judge = _JUDGES.get(key) or next((own for prefix, own in _PREFIXES if key.startswith(prefix)), None)
    if judge is None:
        return None
    return _weakest(_of_value(term, judge, value) for value in term.values)


def _of_value(term: ConditionTerm, judge: Callable[[str], Limit], value: str) -> Limit:
    if UNKNOWN in value:
        return Limit.UNKNOWN
    if term.operator.base in _LITERAL and ("*" in value or "?" in value):
        return Limit.LIMITS  # compared letter by letter: nobody has such a value
    return judge(value)


def _weakest(each: Iterable[Limit]) -> Limit:
    """What all together come to where any of them is enough to call."""
    found = set(each)
    return next((limit for limit in _WEAKEST if limit in found), Limit.LIMITS)


_STRONGEST: Final = (Limit.LIMITS, Limit.UNKNOWN, Limit.PARTLY)
_WEAKEST: Final = (Limit.OPEN, Limit.UNKNOWN, Limit.PARTLY)
_LITERAL: Final = ("StringEquals", "StringEqualsIgnoreCase", "StringNotEquals", "StringNotEqualsIgnoreCase")


def needs_the_key(term: ConditionTerm) -> bool:
    """Whether the operator asks for the key: `...IfExists` and `ForAllValues:` hold without it."""
    return not term.operator.if_exists and term.operator.quantifier is not Quantifier.FOR_ALL_VALUES


def _key(term: ConditionTerm) -> str:
    return term.key.lower()


def _values(term: ConditionTerm) -> set[str]:
    return {value.lower() for value in term.values}


# Values


def _limits(is_fixed: bool) -> Limit:
    return Limit.LIMITS if is_fixed else Limit.OPEN


def _partly(_value: str) -> Limit:
    return Limit.PARTLY


def _name(value: str) -> Limit:
    """A name that begins with something: `o-abc123`, `vpce-1`, `AROAEXAMPLE:*`."""
    return _limits(not value.startswith(("*", "?")) and value != "")


def _account(value: str) -> Limit:
    return _limits("*" not in value and "?" not in value)


def _organization(value: str) -> Limit:
    return _limits(_LEADING_WILDCARD.match(value) is None and value not in ("", "o-"))


_LEADING_WILDCARD = re.compile(r"(o-|r-|ou-)?[*?]")


def _arn(value: str) -> Limit:
    """An ARN that says whose: by its account, or for S3 by the bucket, whose names are unique in the world."""
    arn = parse_arn(value)
    if arn is None:
        return Limit.OPEN if value.startswith(("*", "?", "arn:*")) or value == "arn:" else _name(value)
    if arn.account.strip("*?"):
        return Limit.LIMITS
    return _limits(arn.service == "s3" and arn.resource.split("/")[0].strip("*?") != "")


def _principal_arn(value: str) -> Limit:
    """Anybody can make a role of any name: only the account tells whose it is."""
    arn = parse_arn(value)
    return _limits(arn is not None and arn.account.strip("*?") != "")


_WIDEST = {4: 8, 6: 32}
"""S3 takes wider ranges than these for public, by version."""


def _address(value: str) -> Limit:
    network = parse_network(value)
    if network is None:
        return Limit.UNKNOWN
    bits = {4: 32, 6: 128}[network.version]
    return _limits(network.last - network.first < 1 << (bits - _WIDEST[network.version]))


def _yes(value: str) -> Limit:
    return _limits(value.lower() == "true")


def _service(value: str) -> Limit:
    return _limits(value.strip("*?") != "" and not value.startswith("*"))


_JUDGES: Final[Mapping[str, Callable[[str], Limit]]] = {
    "aws:principalaccount": _account,
    "aws:principalarn": _principal_arn,
    "aws:principalisawsservice": _yes,
    "aws:principalorgid": _organization,
    "aws:principalorgpaths": _organization,
    "aws:principalservicename": _service,
    "aws:principalservicenameslist": _service,
    "aws:federatedprovider": _arn,
    "aws:sourceaccount": _account,
    "aws:sourcearn": _arn,
    "aws:sourceip": _address,
    "aws:sourceorgid": _organization,
    "aws:sourceorgpaths": _organization,
    "aws:sourceowner": _account,
    "aws:sourcevpc": _name,
    "aws:sourcevpcarn": _arn,
    "aws:sourcevpce": _name,
    "aws:vpceaccount": _account,
    "aws:vpceorgid": _organization,
    "aws:vpceorgpaths": _organization,
    "aws:userid": _name,
    "ec2:sourceinstancearn": _arn,
    "elasticfilesystem:accessedviamounttarget": _yes,
    "elasticfilesystem:accesspointarn": _arn,
    "kms:calleraccount": _account,
    "kms:viaservice": _partly,
    "lambda:eventsourcetoken": _name,
    "lambda:sourcefunctionarn": _arn,
    "s3:accessgrantsinstancearn": _arn,
    "s3:dataaccesspointaccount": _account,
    "s3:dataaccesspointarn": _arn,
    "sns:endpoint": _partly,
    "sts:externalid": _partly,
    "sts:rolesessionname": _partly,
    "sts:sourceidentity": _partly,
    "vpc-lattice-svcs:sourcevpc": _name,
    "vpc-lattice-svcs:sourcevpcowneraccount": _account,
}
"""Keys that a stranger cannot set, in lower case, and which of their values stand for a fixed set of callers."""

_PREFIXES: Final[tuple[tuple[str, Callable[[str], Limit]], ...]] = (
    ("kms:encryptioncontext:aws:", _arn),  # set by the service from the resource it encrypts
)

_POSITIVE: Final = frozenset(
    {"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress", "Bool"}
)
_SERVICE_FLAGS: Final = frozenset({"aws:principalisawsservice", "aws:viaawsservice"})
