"""Who asks, and what is known of the context of a request they make.

Known are the keys that follow from the principal, the region, the account and the way the call is made; all others (MFA,
addresses, session tags, ...) are left open, for `secrets_cli.secrets.access.conditional` to try.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html (what is set where Parameter Store calls
KMS for its caller), https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from secrets_cli.iam.model import Effect, Policy
from secrets_cli.iam.pattern import matches
from secrets_cli.iam.request import ContextValue, PolicySet, Request
from secrets_cli.secrets.access.account_details import Identity, IdentityKind, Unread
from secrets_cli.secrets.access.condition_words import unknown_policy
from secrets_cli.secrets.access.open_keys import Ask, Limit

SESSION = "any-session"
"""Stands for the session name, which whoever assumes a role chooses."""


@dataclass(frozen=True, slots=True)
class Caller:
    """One principal that may ask: its policies, and what is known of its requests."""

    arn: str
    """As it is shown: of the user, the role, the account; or a service's name."""
    kind: str
    """`user`, `role`, `service-linked role`, `root user`, `everyone`, `account`, `service`, ..."""
    principal: str
    """As its requests name it: a role's session."""
    account: str
    """Empty where it has none."""
    policies: PolicySet
    """Its own: identity policies, boundary and the organization's; no resource policy."""
    context: Mapping[str, ContextValue] = field(default_factory=dict)
    """What all of its requests carry."""
    absent: tuple[str, ...] = ()
    limits: Mapping[str, Limit] = field(default_factory=dict)
    identity: Identity | None = None

    @property
    def external(self) -> bool:
        """Whether it is of another account, or of none."""
        return self.identity is None and self.kind != ROOT


ROOT = "root user"

_ONLY_BY_SERVICES = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths")


def caller_of_identity(
    identity: Identity, account: str, partition: str, scps: tuple[tuple[Policy, ...], ...]
) -> Caller:
    """The user, or a session of the role."""
    policies = PolicySet(
        identity=tuple(known_policy(one) for one in identity.policies),
        boundary=None if identity.boundary is None else known_policy(identity.boundary),
        scps=scps,
    )
    of_all = {"aws:PrincipalArn": identity.arn, "aws:PrincipalAccount": account, "aws:PrincipalIsAWSService": "false"}
    tags = {f"aws:PrincipalTag/{key}": value for key, value in (identity.tags or {}).items()}
    if identity.kind is IdentityKind.USER:
        return Caller(
            arn=identity.arn,
            kind=identity.kind.value,
            principal=identity.arn,
            account=account,
            policies=policies,
            context={
                **of_all,
                **tags,
                "aws:PrincipalType": "User",
                "aws:username": identity.name,
                **({"aws:userid": identity.id} if identity.id else {}),
            },
            # A user has no session tags: the tags listed are all there are.
            absent=(*_ONLY_BY_SERVICES, *(("aws:principaltag/",) if identity.tags is not None else ())),
            identity=identity,
        )
    tags_can_change = identity.tags is None or _sessions_may_be_tagged(identity.trust)
    return Caller(
        arn=identity.arn,
        kind=identity.kind.value,
        principal=f"arn:{partition}:sts::{account}:assumed-role/{identity.name}/{SESSION}",
        account=account,
        policies=policies,
        context={**of_all, **({} if tags_can_change else tags), "aws:PrincipalType": "AssumedRole"},
        absent=(*_ONLY_BY_SERVICES, "aws:username", *(() if tags_can_change else ("aws:principaltag/",))),
        limits={"aws:userid": _of_role(identity.id)} if identity.id else {},
        identity=identity,
    )


def _sessions_may_be_tagged(trust: Policy | Unread | None) -> bool:
    """Whether a session's tags may add to the role's own or replace them: the trust policy lets somebody tag sessions.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    if not isinstance(trust, Policy):
        return True
    return any(
        statement.effect is Effect.ALLOW
        and (matches(value, "sts:TagSession", ignore_case=True) or statement.action.negated)
        for statement in trust.statements
        for value in statement.action.values
    )


def _of_role(role_id: str) -> Limit:
    return lambda value: isinstance(value, str) and value.startswith(f"{role_id}:")


def root_caller(account: str, partition: str, scps: tuple[tuple[Policy, ...], ...]) -> Caller:
    """The account's root user."""
    arn = f"arn:{partition}:iam::{account}:root"
    context: dict[str, ContextValue] = {
        "aws:PrincipalArn": arn,
        "aws:PrincipalAccount": account,
        "aws:PrincipalType": "Account",
        "aws:PrincipalIsAWSService": "false",
        "aws:userid": account,
    }
    absent = (*_ONLY_BY_SERVICES, "aws:username", "aws:principaltag/")
    return Caller(arn, ROOT, arn, account, PolicySet(scps=scps), context, absent)


def known_policy(policy: Policy | Unread) -> Policy:
    """The policy; one whose text is not known may allow or deny anything."""
    return policy if isinstance(policy, Policy) else unknown_policy(f"policy `{policy.name}` ({policy.why})")


@dataclass(frozen=True, slots=True)
class Call:
    """One action on one resource, with what is known of its context beside the caller's."""

    action: str
    resource: str
    resource_policy: Policy | None
    context: Mapping[str, ContextValue]
    absent: tuple[str, ...] = ()
    by_service: bool = False
    """Whether Parameter Store makes it for the caller."""


def asked(caller: Caller, call: Call, policies: Callable[[PolicySet], PolicySet] = lambda policies: policies) -> Ask:
    """The call made by the caller; `policies` changes the caller's own policies first."""
    own = policies(caller.policies)
    of_call: dict[str, ContextValue] = {
        "aws:SecureTransport": "true",
        "aws:ViaAWSService": "true" if call.by_service else "false",
        **call.context,
    }
    if caller.account:
        of_call["kms:CallerAccount"] = caller.account
    absent = (*caller.absent, *call.absent, *(() if call.by_service else ("aws:calledvia",)))
    return Ask(
        Request(caller.principal, call.action, call.resource, {**caller.context, **of_call}),
        PolicySet(own.identity, call.resource_policy, own.boundary, own.scps, own.rcps, own.session, True),
        absent,
        caller.limits,
        call.by_service,
    )
