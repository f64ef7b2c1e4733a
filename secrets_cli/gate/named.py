"""Whom a Principal element names, entry by entry; what the file leaves unresolved is its own kind.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import enum
import re
from dataclasses import dataclass
from typing import Final

from secrets_cli.iam.arn import parse_arn
from secrets_cli.iam.model import PrincipalElement, PrincipalEntry, Statement
from secrets_cli.inputs.found import UNKNOWN


class Who(enum.Enum):
    """What kind of principal an entry names."""

    EVERYONE = "everyone"
    ACCOUNT = "account"
    """A whole account: its IAM policies decide who of it."""
    ONE = "one"
    """One user, role or session, or a pattern of them."""
    GONE = "gone"
    """The unique id of a user or role, which AWS shows in place of one that was deleted."""
    SERVICE = "service"
    OIDC = "oidc"
    SAML = "saml"
    CANONICAL = "canonical"
    """An S3 canonical user id, which does not tell the account."""
    UNKNOWN = "unknown"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Named:
    """One entry."""

    who: Who
    value: str
    """As written; for an identity provider its issuer without scheme: `token.actions.githubusercontent.com`."""
    account: str = ""
    """Twelve digits; empty where it is not known or there is none."""

    @property
    def holds_wildcard(self) -> bool:
        """Whether part of it is a pattern; AWS takes no pattern but `*` as a whole."""
        return self.who is not Who.EVERYONE and ("*" in self.value or "?" in self.value)


def named_in(element: PrincipalElement | None) -> tuple[Named, ...]:
    """The entries of the element, in order; of a negated element those it leaves out."""
    return tuple(_named(entry) for entry in element.entries) if element is not None else ()


def lets_in(statement: Statement, *who: Who) -> tuple[Named, ...]:
    """The entries of these kinds that the statement's Principal names; none for NotPrincipal."""
    if statement.principal is None or statement.principal.negated:
        return ()
    return tuple(one for one in named_in(statement.principal) if one.who in who)


def is_for_everyone(statement: Statement) -> bool:
    """Whether the Principal is everyone, or everyone who is not named."""
    element = statement.principal
    return element is not None and (element.negated or any(one.who is Who.EVERYONE for one in named_in(element)))


def shown(named: Named) -> str:
    """How a message calls it."""
    return f"account `{named.account}`" if named.who is Who.ACCOUNT and named.account else f"`{named.value}`"


_ACCOUNT: Final = re.compile(r"\d{12}")
_DOMAIN: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
_UNIQUE_ID: Final = re.compile(r"(AIDA|AROA|AGPA|ANPA|AIPA|ANVA|ASCA)[A-Z0-9]{8,}")
_LOGIN: Final = ("accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com")
"""Identity providers that are named without an ARN."""


def _named(entry: PrincipalEntry) -> Named:
    value = entry.value
    if value == UNKNOWN or (UNKNOWN in value and not value.startswith("arn:")):
        return Named(Who.UNKNOWN, value)
    match entry.kind:
        case "*":
            return Named(Who.EVERYONE, value)
        case "Service":
            return Named(Who.SERVICE, value)
        case "Federated":
            return _federated(value)
        case "CanonicalUser":
            return Named(Who.CANONICAL, value)
        case _:
            return _of_aws(value)


def _federated(value: str) -> Named:
    arn = parse_arn(value)
    if arn is None:
        return Named(Who.OIDC if value in _LOGIN else Who.OTHER, value)
    kind, _, name = arn.resource.partition("/")
    if UNKNOWN in name:
        return Named(Who.UNKNOWN, value)
    who = {"oidc-provider": Who.OIDC, "saml-provider": Who.SAML}.get(kind, Who.OTHER)
    return Named(who, name if who is Who.OIDC else value, _digits(arn.account))


def _of_aws(value: str) -> Named:
    if value == "*":
        return Named(Who.EVERYONE, value)
    if _ACCOUNT.fullmatch(value):
        return Named(Who.ACCOUNT, value, value)
    if _UNIQUE_ID.fullmatch(value):
        return Named(Who.GONE, value)
    arn = parse_arn(value)
    if arn is None:
        is_service = _DOMAIN.fullmatch(value) is not None
        return Named(Who.SERVICE if is_service else Who.OTHER, value)
    if UNKNOWN in arn.account:
        return Named(Who.UNKNOWN, value)
    if arn.resource == "root":
        return Named(Who.ACCOUNT, value, _digits(arn.account))
    return Named(Who.ONE, value, _digits(arn.account))


def _digits(account: str) -> str:
    return account if _ACCOUNT.fullmatch(account) else ""
