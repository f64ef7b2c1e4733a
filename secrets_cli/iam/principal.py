"""Who asks, and how closely a policy's Principal names them.

How closely matters: a resource policy that names a user or a session grants by itself; one that names a role is still
limited by the role's boundary and session policy; one that names an account leaves the decision to that account.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import enum
from dataclasses import dataclass
from functools import lru_cache

from secrets_cli.iam.arn import Arn, parse_arn
from secrets_cli.iam.model import Effect, PrincipalElement, PrincipalEntry


class CallerKind(enum.Enum):
    """What kind of principal makes the request."""

    ROOT = "root"
    USER = "user"
    ROLE = "role"
    ROLE_SESSION = "role-session"
    FEDERATED_USER = "federated-user"
    OUTSIDE = "outside"
    """An AWS service, an identity provider's user, or nobody known: it has no account and no identity policies."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The principal of a request, taken apart."""

    text: str
    """As the request names it."""
    kind: CallerKind
    account: str
    """Empty for OUTSIDE."""
    name: str
    """Of the role of a session, or of the user who federated; else empty."""
    service_linked: bool
    """Whether it is a service-linked role, which SCPs and RCPs do not restrict."""


class Closeness(enum.IntEnum):
    """How closely a Principal names the caller; more is closer."""

    NONE = 0
    ACCOUNT = 1
    """Its account."""
    ROLE = 2
    """The role whose session it is, or the role itself, or the user who federated."""
    DIRECT = 3
    """The user, the session, the service, the root user, or everyone."""


_SESSION_PARTS = 3
_PROVIDERS = ("saml-provider/", "oidc-provider/")
_SERVICE_LINKED = "AWSServiceRoleFor"


@lru_cache(maxsize=4096)
def caller_of(principal: str) -> Caller:
    """The caller that a request's principal names; what is neither an ARN nor an account id is OUTSIDE."""
    arn = parse_arn(principal)
    if arn is None:
        if principal.isdigit():
            return Caller(principal, CallerKind.ROOT, principal, "", False)
        return Caller(principal, CallerKind.OUTSIDE, "", "", False)
    if arn.resource.startswith(_PROVIDERS):
        return Caller(principal, CallerKind.OUTSIDE, "", "", False)
    kind, name = _kind_and_name(arn)
    linked = "role/aws-service-role/" in arn.resource or (
        kind is CallerKind.ROLE_SESSION and name.startswith(_SERVICE_LINKED)
    )
    return Caller(principal, kind, arn.account, name, linked)


def _kind_and_name(arn: Arn) -> tuple[CallerKind, str]:
    parts = arn.resource.split("/")
    match arn.service, parts[0]:
        case "iam", "root":
            return CallerKind.ROOT, ""
        case "iam", "role":
            return CallerKind.ROLE, ""
        case "sts", "assumed-role" if len(parts) >= _SESSION_PARTS:
            return CallerKind.ROLE_SESSION, parts[1]
        case "sts", "federated-user":
            return CallerKind.FEDERATED_USER, parts[-1]
        case _:
            return CallerKind.USER, ""


def closeness(element: PrincipalElement, effect: Effect, caller: Caller) -> Closeness:
    """How closely the element names the caller; NONE where the statement is not about them.

    NotPrincipal is about everybody it does not name. What counts as named there the User Guide leaves partly open
    (AWS `might` validate the account first); this takes the reading that allows less: in a Deny only the caller's own
    ARN is an exception, in an Allow also their role and account are.
    """
    found = max((_entry_closeness(entry, caller) for entry in element.entries), default=Closeness.NONE)
    if not element.negated:
        return found
    excepted = found > Closeness.NONE
    if effect is Effect.DENY:
        excepted = found is Closeness.DIRECT or any(entry.value == caller.text for entry in element.entries)
    return Closeness.NONE if excepted else Closeness.DIRECT


def _entry_closeness(entry: PrincipalEntry, caller: Caller) -> Closeness:
    if entry.value == "*":
        everyone = entry.kind in ("*", "AWS") or caller.kind is CallerKind.OUTSIDE
        return Closeness.DIRECT if everyone else Closeness.NONE
    if entry.kind != "AWS":
        return Closeness.DIRECT if entry.value == caller.text else Closeness.NONE
    if _account_of(entry.value) is not None:
        return _account_closeness(entry.value, caller)
    if entry.value == caller.text:
        return Closeness.ROLE if caller.kind is CallerKind.ROLE else Closeness.DIRECT
    return Closeness.ROLE if _stands_behind(entry.value, caller) else Closeness.NONE


def _account_closeness(value: str, caller: Caller) -> Closeness:
    if not caller.account or _account_of(value) != caller.account:
        return Closeness.NONE
    return Closeness.DIRECT if caller.kind is CallerKind.ROOT else Closeness.ACCOUNT


@lru_cache(maxsize=4096)
def _account_of(value: str) -> str | None:
    """The account that a principal value means as a whole, or None where it means something in an account."""
    if value.isdigit():
        return value
    arn = parse_arn(value)
    return arn.account if arn is not None and arn.service == "iam" and arn.resource == "root" else None


def _stands_behind(value: str, caller: Caller) -> bool:
    """Whether the value is the role of the caller's session, or the user who federated."""
    behind = {CallerKind.ROLE_SESSION: "role", CallerKind.FEDERATED_USER: "user"}.get(caller.kind)
    arn = parse_arn(value) if behind else None
    if arn is None or arn.service != "iam" or arn.account != caller.account:
        return False
    # A session's ARN has the role's name without its path; role names are unique in an account.
    parts = arn.resource.split("/")
    return parts[0] == behind and parts[-1] == caller.name
