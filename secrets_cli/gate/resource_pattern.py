"""How wide a Resource pattern is: everything there is, everything of one type, or less.

Region and account number no resources: `arn:aws:sns:eu-central-1:111122223333:*` is every topic the account has there. So a
pattern covers a type when it does so with any region, account and partition put in. The account `aws` is no account of
anybody's and is left alone.
"""

import re
from functools import lru_cache

from secrets_cli.iam.pattern_relation import covers, overlaps
from secrets_cli.inputs.found import UNKNOWN

_WILDCARD = re.compile(r"[*?]")
_ARN_FIELDS = 6
_PARTITIONS = ("aws", "aws-cn", "aws-us-gov")
_NOBODYS_ACCOUNT = "aws"
_BUCKET = "arn:*:s3:::*"
_OBJECT = "arn:*:s3:::*/*"


@lru_cache(maxsize=65536)
def is_everything(value: str) -> bool:
    """Whether a pattern matches every ARN of a partition: `*`, `**`, `*:*`, `arn:*`, `arn:aws:*`, `arn:aws:*:*:*:*`."""
    plain = _plain(value)
    return any(covers(plain, f"arn:{partition}:*:*:*:*") for partition in _PARTITIONS)


@lru_cache(maxsize=65536)
def covers_every(value: str, type_pattern: str) -> bool:
    """Whether a pattern matches every resource of a type, given by its pattern with `*` for each placeholder.

    A type with one resource only, such as an API's own path, is never "every" unless the pattern is everything.
    """
    fields = type_pattern.split(":", _ARN_FIELDS - 1)
    if len(fields) < _ARN_FIELDS or "*" not in fields[-1]:
        return is_everything(value)
    return covers(_anywhere(_plain(value)), _anywhere(type_pattern))


@lru_cache(maxsize=65536)
def may_name(value: str, type_pattern: str) -> bool:
    """Whether a pattern can match a resource of the type. What is unknown in it, and policy variables, may be any text."""
    wide = _without_variables(value.replace(UNKNOWN, "*"))
    fields, type_fields = (text.split(":", _ARN_FIELDS - 1) for text in (wide, type_pattern))
    if type_pattern in (_BUCKET, _OBJECT) and not (is_everything(wide) or _may_be_in_s3(fields[-1], type_pattern)):
        return False
    if len(fields) < _ARN_FIELDS or len(type_fields) < _ARN_FIELDS:
        return overlaps(wide, type_pattern)
    return all(_meet(one, other) for one, other in reversed(tuple(zip(fields, type_fields, strict=True))))


def _meet(one: str, other: str) -> bool:
    """Whether some text matches both; most pairs differ before the first wildcard of either."""
    if "*" in (one, other):
        return True
    literal, same = _WILDCARD.split(one, 1)[0], _WILDCARD.split(other, 1)[0]
    if not (literal.startswith(same) or same.startswith(literal)):
        return False
    return overlaps(one, other)


def _may_be_in_s3(name: str, type_pattern: str) -> bool:
    """A bucket's name has no slash; what has one, or may have, is an object."""
    if type_pattern == _BUCKET:
        return "/" not in name or not name.strip("*")
    return "/" in name or "*" in name


def _plain(value: str) -> str:
    shorter = value.replace("?*", "*").replace("*?", "*").replace("**", "*")
    return value if shorter == value else _plain(shorter)


def _anywhere(pattern: str) -> str:
    fields = pattern.split(":", _ARN_FIELDS - 1)
    if fields[-1].endswith("*"):  # `arn:aws:iam::*` goes on over the colons that follow
        fields += ["*"] * (_ARN_FIELDS - len(fields))
    if len(fields) < _ARN_FIELDS or fields[0] != "arn":
        return pattern
    account = fields[4] if fields[4] == _NOBODYS_ACCOUNT else "*"
    return ":".join(("arn", "*", fields[2], "*", account, fields[5]))


def _without_variables(pattern: str) -> str:
    before, opened, rest = pattern.partition("${")
    if not opened or "}" not in rest:
        return pattern
    return f"{before}*{_without_variables(rest.partition('}')[2])}"
