"""Principals that a key policy or a parameter's policy names and that are not in the account's details.

Of another account only half is known: its own policies must allow as well, so the best answer is conditional on them. A
service, an identity provider and everyone are named as what they are.
"""

from collections.abc import Iterator

from secrets_cli.iam.arn import parse_arn
from secrets_cli.iam.model import Effect, Policy, PrincipalEntry
from secrets_cli.iam.request import ContextValue, PolicySet
from secrets_cli.secrets.access.account_details import Account, Identity, IdentityKind, Unread
from secrets_cli.secrets.access.caller import Caller, caller_of_identity
from secrets_cli.secrets.access.condition_words import hoped_policy

EVERYONE = "everyone"
_NOWHERE = ("999999999999", "888888888888")
"""Stand for the account of whoever `*` lets in."""


def outsiders(
    policies: tuple[Policy | None, ...], account: Account, scps: tuple[tuple[Policy, ...], ...]
) -> Iterator[Caller]:
    """A caller for every principal that an Allow of the policies names and that is no identity of the account's, once."""
    known = {identity.arn for identity in account.identities}
    roles = {identity.name for identity in account.identities if identity.kind is not IdentityKind.USER}
    for entry in dict.fromkeys(_named(policies)):
        caller = _caller(entry, account, scps, roles)
        if caller is not None and caller.arn not in known:
            yield caller


def deleted_principals(policies: tuple[Policy | None, ...]) -> tuple[str, ...]:
    """The unique ids that stand where principals stood that were deleted since."""
    ids = (entry.value for entry in _named(policies) if entry.kind == "AWS")
    return tuple(dict.fromkeys(one for one in ids if one.startswith(("AIDA", "AROA", "AKIA", "ASIA", "AGPA"))))


def sessions_named(policies: tuple[Policy | None, ...], role: Identity, account: str) -> tuple[str, ...]:
    """ARNs of sessions of the role that the policies name, whose session name an assumer may choose."""
    found: dict[str, None] = {}
    for entry in _named(policies):
        arn = parse_arn(entry.value)
        if arn is None or arn.service != "sts" or arn.account != account:
            continue
        if arn.resource.startswith(f"assumed-role/{role.name}/"):
            found[entry.value] = None
    return tuple(found)


def _named(policies: tuple[Policy | None, ...]) -> Iterator[PrincipalEntry]:
    for policy in policies:
        for statement in policy.statements if policy is not None else ():
            if statement.effect is Effect.DENY or statement.principal is None:
                continue
            if statement.principal.negated:
                yield PrincipalEntry("*", "*")
            else:
                yield from statement.principal.entries


def _caller(
    entry: PrincipalEntry, account: Account, scps: tuple[tuple[Policy, ...], ...], roles: set[str]
) -> Caller | None:
    if entry.value == "*" and entry.kind in ("*", "AWS"):
        return _everyone(account)
    if entry.kind != "AWS":
        return _no_account(entry)
    if entry.value.isdigit():
        return None if entry.value == account.id else _of_account(entry.value, account.partition)
    arn = parse_arn(entry.value)
    if arn is None:
        return None
    if arn.account == account.id:
        return _unlisted(entry.value, arn.resource, account, scps, roles)
    if arn.resource == "root":
        return _of_account(arn.account, arn.partition)
    return _elsewhere(entry.value, _kind(arn.resource), entry.value, arn.account)


def _kind(resource: str) -> str:
    match resource.partition("/")[0]:
        case "user":
            return "user of another account"
        case "role":
            return "role of another account"
        case _:
            return "session of another account"


def _of_account(account: str, partition: str) -> Caller:
    root = f"arn:{partition}:iam::{account}:root"
    return _elsewhere(root, "any principal of another account", f"arn:{partition}:iam::{account}:user/anyone", account)


def _elsewhere(arn: str, kind: str, principal: str, account: str) -> Caller:
    context: dict[str, ContextValue] = {"aws:PrincipalAccount": account, "aws:PrincipalIsAWSService": "false"}
    if kind in ("user of another account", "role of another account"):
        context["aws:PrincipalArn"] = arn
    if principal.partition(":role/")[1]:
        # A role's requests are made by its sessions; the name alone counts there.
        parsed = parse_arn(principal)
        # INVARIANT: only ARNs come here.
        assert parsed is not None
        principal = f"arn:{parsed.partition}:sts::{account}:assumed-role/{principal.rpartition('/')[2]}/any-session"
    policies = PolicySet(identity=(hoped_policy(f"a policy in account {account}"),))
    return Caller(arn, kind, principal, account, policies, context)


def _everyone(account: Account) -> Caller:
    nowhere = next(one for one in _NOWHERE if one != account.id)
    policies = PolicySet(identity=(hoped_policy("a policy in the caller's own account"),))
    limits = dict.fromkeys(("aws:principalaccount", "kms:calleraccount"), lambda value: value != account.id)
    principal = f"arn:{account.partition}:iam::{nowhere}:user/anyone"
    context: dict[str, ContextValue] = {"aws:PrincipalIsAWSService": "false"}
    return Caller("*", EVERYONE, principal, "", policies, context, limits=limits)


def _no_account(entry: PrincipalEntry) -> Caller:
    kind = {"Service": "service", "Federated": "federated", "CanonicalUser": "canonical user"}.get(
        entry.kind, entry.kind
    )
    context: dict[str, ContextValue] = {"aws:PrincipalIsAWSService": "true" if kind == "service" else "false"}
    return Caller(entry.value, kind, entry.value, "", PolicySet(), context)


def _unlisted(
    value: str, resource: str, account: Account, scps: tuple[tuple[Policy, ...], ...], roles: set[str]
) -> Caller | None:
    """An identity of the account that its details do not list: nothing is known of its policies."""
    kind, _, rest = resource.partition("/")
    if kind == "assumed-role" and rest.partition("/")[0] in roles:
        return None
    if kind not in ("user", "role", "assumed-role"):
        return None
    of_user = kind == "user"
    name = rest.rpartition("/")[2] if kind != "assumed-role" else rest.partition("/")[0]
    lost = Unread(f"policies of {name}", "it is not in the account's details")
    identity = Identity(value, IdentityKind.USER if of_user else IdentityKind.ROLE, name, "", inline=(lost,))
    return caller_of_identity(identity, account.id, account.partition, scps)
