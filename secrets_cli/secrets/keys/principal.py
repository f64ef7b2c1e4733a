"""Principals that a key policy may name, as the command line gives them.

Taken are the ARNs of roles and users, and of an account's root. Refused, each with what to write in its place: a role's
session (a policy names the role), a bare account id, names, wildcards. Whether a principal exists KMS alone can say.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import enum
import re
from dataclasses import dataclass

from secrets_cli.errors import ConfigurationError
from secrets_cli.wording import named

_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):iam::(?P<account>\d{12}):"
    r"(?P<resource>root|(?P<kind>role|user)/(?:[\x21-\x29\x2b-\x3e\x40-\x7e]*/)?[A-Za-z0-9+=,.@_-]{1,64})"
)
_SESSION = re.compile(r"arn:(aws[a-z-]*):sts::(\d{12}):assumed-role/([^/]+)/.+")


class PrincipalKind(enum.Enum):
    """What a principal is."""

    ROLE = "role"
    USER = "user"
    ROOT = "root"
    """The account: in a key policy its IAM policies, and its root user."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A principal of a key policy."""

    arn: str
    kind: PrincipalKind
    account: str
    """Twelve digits."""

    def __str__(self) -> str:
        return self.arn


def checked_principal(word: str) -> Principal:
    """The principal that the word names. Raises ConfigurationError for what a key policy cannot or should not name."""
    found = _ARN.fullmatch(word)
    if found is None:
        problem, help = _problem(word)
        raise ConfigurationError(f"{named(word)} is no principal of a key policy: {problem}", help)
    kind = PrincipalKind(found["kind"]) if found["kind"] else PrincipalKind.ROOT
    return Principal(word, kind, found["account"])


def principal_of_caller(caller: str) -> str:
    """The ARN by which a key policy names a caller: of a role's session the role, without its path, else the same."""
    session = _SESSION.fullmatch(caller)
    return f"arn:{session[1]}:iam::{session[2]}:role/{session[3]}" if session else caller


def _problem(word: str) -> tuple[str, str]:
    if _SESSION.fullmatch(word):
        return (
            "it is a session of a role",
            f"name the role: `{principal_of_caller(word)}`, with its path where it has one",
        )
    if re.fullmatch(r"\d{12}", word):
        return "it is an account", f"`arn:aws:iam::{word}:root` lets the IAM policies of that account decide"
    if "*" in word or "?" in word:
        return "it has a wildcard, which a key policy takes for everyone or refuses", _FORM
    return "it is not the ARN of a role, a user or an account's root", _FORM


_FORM = "give `arn:aws:iam::ACCOUNT:role/NAME` or `arn:aws:iam::ACCOUNT:user/NAME`; ACCOUNT has 12 digits"
