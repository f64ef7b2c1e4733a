"""Principals who can give themselves access: each way tried by asking what they could do after it.

A way counts only where the calls it takes are allowed and, with the policies as they would then be, the value can be read
(or the key used): a policy written to oneself is worth nothing under a boundary, or where the key policy does not delegate
to the account. One step is looked at, not chains of them: whom a role lets in that can itself be taken over is not.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html,
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying.html,
https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from secrets_cli.iam.model import Effect, Element, Policy, PrincipalElement, PrincipalEntry, Statement
from secrets_cli.iam.request import ContextValue, PolicySet
from secrets_cli.secrets.access.account_details import Group, Identity, IdentityKind, ManagedPolicy, Unread
from secrets_cli.secrets.access.caller import Call, Caller, asked, known_policy
from secrets_cli.secrets.access.conditional import Answer, Told, ask_all, best
from secrets_cli.secrets.access.open_keys import Ask
from secrets_cli.secrets.access.routes import Route, Target, Way, decrypt_call, routes
from secrets_cli.secrets.access.take_over import Readers, take_overs
from secrets_cli.secrets.access.who_reads import Access, Question, Row


@dataclass(frozen=True, slots=True)
class SelfGrant:
    """One way by which a principal can get what it has not."""

    caller: Caller
    action: str
    """The deciding action, or several joined by ` + `."""
    on: tuple[str, ...]
    """ARNs of what is changed, or of the readers taken over."""
    gains: str
    """`the value`, or `the key` (kms:Decrypt, which reads nothing without the ciphertext)."""
    told: Told
    """What is known of the way, its outcome included."""
    more: bool = False
    """Whether there are further ones like those in `on` that were not looked for."""


VALUE, KEY = "the value", "the key"

_Change = Callable[[PolicySet], PolicySet]


@dataclass(frozen=True, slots=True)
class Step:
    """A change and what it takes."""

    call: Call
    change: _Change = lambda policies: policies
    """Of the caller's own policies."""
    target: Target | None = None
    """The parameter and key afterwards, where their policies change."""


def self_grants(found: Access, seen: Callable[[int, int], None] = lambda *_: None) -> Iterator[SelfGrant]:
    """Every way for every principal that cannot read without conditions today.

    `seen` is told before each principal how many of how many are done.
    """
    readers = Readers(found)
    for number, row in enumerate(found.rows):
        seen(number, len(found.rows))
        if row.reads.answer is not Answer.ALLOWED:
            yield from _ways(row, found.question, readers)


def _ways(row: Row, question: Question, readers: Readers) -> Iterator[SelfGrant]:
    caller = row.caller
    for step in _steps(caller, question):
        gained = _outcome(row, step, question)
        if gained is not None:
            yield gained
    for taken in take_overs(row, readers):
        arns = tuple(reader.caller.arn for reader in taken.readers)
        yield SelfGrant(caller, taken.action, arns, VALUE, taken.told, taken.more)


def _outcome(row: Row, step: Step, question: Question) -> SelfGrant | None:
    """What a step gains over today; None where it is not allowed or gains nothing."""
    caller = row.caller
    first = asked(caller, step.call)
    if ask_all((first,)).answer is Answer.DENIED:
        return None
    target = step.target or question.target
    told = best(_after(caller, first, route, step) for route in routes(target) if route.way is not Way.DECRYPT)
    if told.answer.rank > row.reads.answer.rank:
        return SelfGrant(caller, step.call.action, (step.call.resource,), VALUE, told)
    if not target.key_arn or told.answer is not Answer.DENIED:
        return None
    before = next(cell.told for cell in row.cells if cell.way is Way.DECRYPT)
    route = Route(Way.DECRYPT, (decrypt_call(target, through_ssm=False),))
    told = _after(caller, first, route, step)
    if told.answer.rank > before.answer.rank:
        return SelfGrant(caller, step.call.action, (step.call.resource,), KEY, told)
    return None


def _after(caller: Caller, first: Ask, route: Route, step: Step) -> Told:
    return ask_all((first, *(asked(caller, call, step.change) for call in route.calls)))


def _steps(caller: Caller, question: Question) -> Iterator[Step]:
    identity = caller.identity
    if identity is not None:
        yield from _on_own_policies(identity)
        yield from _on_own_boundary(identity)
        for managed in _managed_of(identity):
            yield from _on_versions(managed)
    if identity is not None and identity.kind is IdentityKind.USER:
        for group in question.account.groups:
            yield from _on_group(group, member=any(own.name == group.name for own in identity.groups))
    yield from _on_key(caller, question.target)
    yield _share(caller, question.target)


def _on_own_policies(identity: Identity) -> Iterator[Step]:
    """A policy written to, attached to or removed from oneself."""
    noun = "User" if identity.kind is IdentityKind.USER else "Role"
    context = {"iam:PermissionsBoundary": _boundary_arn(identity)} if _boundary_arn(identity) else {}
    absent = () if context else ("iam:permissionsboundary",)
    for action in (f"iam:Put{noun}Policy", f"iam:Attach{noun}Policy"):
        yield Step(Call(action, identity.arn, None, context, absent), _plus(GIVEN))
    if any(_denies(one) for one in identity.inline):
        yield Step(Call(f"iam:Delete{noun}Policy", identity.arn, None, context, absent), _without(identity.inline))
    attached = tuple(one.default for one in identity.attached)
    if any(_denies(one) for one in attached):
        yield Step(Call(f"iam:Detach{noun}Policy", identity.arn, None, context, absent), _without(attached))


def _on_own_boundary(identity: Identity) -> Iterator[Step]:
    if identity.boundary is None:
        return
    noun = "User" if identity.kind is IdentityKind.USER else "Role"
    context = {"iam:PermissionsBoundary": _boundary_arn(identity)}
    for action in (f"iam:Delete{noun}PermissionsBoundary", f"iam:Put{noun}PermissionsBoundary"):
        # What is put in its place is chosen by the caller: the condition key is left open.
        known = context if action.startswith("iam:Delete") else {}
        yield Step(Call(action, identity.arn, None, known), lambda policies: replace(policies, boundary=None))


def _boundary_arn(identity: Identity) -> str:
    boundary = identity.boundary
    return "" if boundary is None else boundary.name


def _managed_of(identity: Identity) -> tuple[ManagedPolicy, ...]:
    of_groups = (one for group in identity.groups for one in group.attached)
    every = (*identity.attached, *of_groups)
    return tuple({one.arn: one for one in every if one.of_customer}.values())


def _on_versions(managed: ManagedPolicy) -> Iterator[Step]:
    """A new version of a policy that applies, or an older one made the default."""
    present = managed.default
    yield Step(Call("iam:CreatePolicyVersion", managed.arn, None, {}), _instead(present, GIVEN))
    for _, other in managed.others:
        yield Step(Call("iam:SetDefaultPolicyVersion", managed.arn, None, {}), _instead(present, known_policy(other)))


def _on_group(group: Group, *, member: bool) -> Iterator[Step]:
    """A policy on one of the caller's groups, or a group joined."""
    if not group.arn:
        return
    if member:
        yield Step(Call("iam:PutGroupPolicy", group.arn, None, {}), _plus(GIVEN))
        yield Step(Call("iam:AttachGroupPolicy", group.arn, None, {}), _plus(GIVEN))
        return
    gained = tuple(known_policy(one) for one in (*group.inline, *(one.default for one in group.attached)))
    yield Step(Call("iam:AddUserToGroup", group.arn, None, {}), _plus(*gained))


def _on_key(caller: Caller, target: Target) -> Iterator[Step]:
    """The key's policy rewritten, or a grant made to oneself."""
    if target.key_policy is None or not target.key_arn:
        return
    opened = replace(target, key_policy=_opened(target.key_policy, caller, "kms:*"))
    absent = ("kms:viaservice",)
    context = {"aws:RequestedRegion": target.place.region, "aws:ResourceAccount": target.place.account}
    yield Step(Call("kms:PutKeyPolicy", target.key_arn, target.key_policy, context, absent), target=opened)
    granted = replace(
        target,
        key_policy=replace(target.key_policy, statements=(*target.key_policy.statements, _to(caller, "kms:Decrypt"))),
    )
    grant: dict[str, ContextValue] = {
        **context,
        "kms:GrantOperations": ("Decrypt",),
        "kms:GranteePrincipal": caller.arn,
        "kms:GrantIsForAWSResource": "false",
    }
    yield Step(Call("kms:CreateGrant", target.key_arn, target.key_policy, grant, absent), target=granted)


def _share(caller: Caller, target: Target) -> Step:
    """A resource policy put on the parameter."""
    present = target.parameter_policy
    statement = _to(caller, "ssm:GetParameter")
    shared = Policy((statement,)) if present is None else replace(present, statements=(*present.statements, statement))
    context = {"aws:RequestedRegion": target.place.region, "aws:ResourceAccount": target.place.account}
    call = Call("ssm:PutResourcePolicy", target.arn, present, context)
    return Step(call, target=replace(target, parameter_policy=shared))


def _opened(policy: Policy, caller: Caller, action: str) -> Policy:
    """The policy as the caller would write it: for himself, and without its Denies."""
    kept = tuple(one for one in policy.statements if one.effect is Effect.ALLOW)
    return replace(policy, statements=(*kept, _to(caller, action)))


def _to(caller: Caller, action: str) -> Statement:
    principal = PrincipalElement((PrincipalEntry("AWS", caller.arn),))
    return Statement(Effect.ALLOW, Element((action,)), Element(("*",)), principal, sid="Given")


GIVEN = Policy(
    (Statement(Effect.ALLOW, Element(("*",)), Element(("*",)), sid="Given"),), name="a policy of their own making"
)
"""What somebody writes who may write any policy."""


def _denies(policy: Policy | Unread) -> bool:
    return isinstance(policy, Policy) and any(one.effect is Effect.DENY for one in policy.statements)


def _plus(*policies: Policy) -> _Change:
    return lambda own: replace(own, identity=(*own.identity, *policies))


def _instead(present: Policy | Unread, other: Policy) -> _Change:
    return lambda own: replace(own, identity=(*(one for one in own.identity if one.name != present.name), other))


def _without(policies: tuple[Policy | Unread, ...]) -> _Change:
    """Without those of the policies that deny something."""
    names = {one.name for one in policies if _denies(one)}
    return lambda own: replace(own, identity=tuple(one for one in own.identity if one.name not in names))
