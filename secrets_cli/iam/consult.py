"""Asking the policies of one type what they say to a request."""

from dataclasses import dataclass

from secrets_cli.iam.compiled import CompiledStatement, compiled_policy
from secrets_cli.iam.condition import Context, context_of
from secrets_cli.iam.decision import Because, FailedElement, Failure, PolicyType
from secrets_cli.iam.model import Policy
from secrets_cli.iam.pattern import ascii_lower
from secrets_cli.iam.principal import Caller, Closeness, caller_of, closeness
from secrets_cli.iam.request import Request


@dataclass(frozen=True, slots=True)
class Asked:
    """A request in the forms that are compared."""

    caller: Caller
    action: str
    """In ASCII lower case."""
    resource: str
    context: Context
    request: Request

    @staticmethod
    def of(request: Request) -> "Asked":
        """The request made ready."""
        context = context_of(request.context) if request.context else {}
        return Asked(caller_of(request.principal), ascii_lower(request.action), request.resource, context, request)


@dataclass(frozen=True, slots=True)
class Layer:
    """The policies of one type (and level) that together deny, allow or say nothing."""

    policy_type: PolicyType
    policies: tuple[Policy, ...]
    level: int | None = None
    needs_resource: bool = False
    """Whether a statement without a Resource element matches nothing, rather than whatever the policy is on."""


@dataclass(frozen=True, slots=True)
class Found:
    """A statement of a policy, and for one that did not match, why."""

    policy: Policy
    statement: CompiledStatement
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a layer says."""

    layer: Layer
    deny: Found | None = None
    allow: Found | None = None
    closeness: Closeness = Closeness.NONE
    """How closely `allow` names the caller; DIRECT in policies without principals."""

    def because(self, found: Found | None, reason: str) -> Because:
        """The explanation by a statement of this layer."""
        if found is None:
            return Because(reason, self.layer.policy_type, self.layer.level)
        return Because(
            reason,
            self.layer.policy_type,
            self.layer.level,
            found.policy.name,
            found.statement.statement,
            found.failure,
        )


def consult(layer: Layer, asked: Asked) -> Outcome:
    """The first Deny that matches, else the Allow that names the caller most closely, the first of equals."""
    best: Found | None = None
    closest = Closeness.NONE
    for policy in layer.policies:
        selection = compiled_policy(policy).about(asked.action)
        for statement in selection.denies:
            if _closeness(layer, statement, asked) and _applies(layer, statement, asked):
                return Outcome(layer, deny=Found(policy, statement))
        for statement in selection.allows:
            close = _closeness(layer, statement, asked)
            if close > closest and _applies(layer, statement, asked):
                best, closest = Found(policy, statement), close
    return Outcome(layer, allow=best, closeness=closest)


def nearest(layer: Layer, asked: Asked) -> Found | None:
    """Of the Allow statements, none of which matches, the one that fails latest in the order action, principal,
    resource, condition; the first of equals. None where there is no Allow statement."""
    found: Found | None = None
    rank = -1
    for policy in layer.policies:
        selection = compiled_policy(policy).about(asked.action)
        candidates = selection.allows or ((selection.nearest_by_action,) if selection.nearest_by_action else ())
        for statement in candidates:
            failure = _failure(layer, statement, asked)
            if _RANK[failure.element] > rank:
                found, rank = Found(policy, statement, failure), _RANK[failure.element]
    return found


_RANK = {
    FailedElement.ACTION: 0,
    FailedElement.PRINCIPAL: 1,
    FailedElement.RESOURCE: 2,
    FailedElement.CONDITION: 3,
}


def _closeness(layer: Layer, statement: CompiledStatement, asked: Asked) -> Closeness:
    principal = statement.statement.principal
    if principal is not None:
        return closeness(principal, statement.statement.effect, asked.caller)
    return Closeness.NONE if layer.policy_type is PolicyType.RESOURCE else Closeness.DIRECT


def _resource_matches(layer: Layer, statement: CompiledStatement, asked: Asked) -> bool:
    test = statement.resource_matches
    return not layer.needs_resource if test is None else test(asked.resource, asked.context)


def _applies(layer: Layer, statement: CompiledStatement, asked: Asked) -> bool:
    return _resource_matches(layer, statement, asked) and statement.conditions_hold(asked.context)


def _failure(layer: Layer, statement: CompiledStatement, asked: Asked) -> Failure:
    source = statement.statement
    if not statement.action_matches(asked.action):
        element = "NotAction" if source.action.negated else "Action"
        return Failure(FailedElement.ACTION, f"{element} does not cover `{asked.request.action}`")
    if not _closeness(layer, statement, asked):
        return Failure(FailedElement.PRINCIPAL, f"it is not about `{asked.caller.text}`")
    if not _resource_matches(layer, statement, asked):
        element = "NotResource" if source.resource is not None and source.resource.negated else "Resource"
        return Failure(FailedElement.RESOURCE, f"{element} does not cover `{asked.resource}`")
    return Failure(FailedElement.CONDITION, _failed_terms(statement, asked.context))


def _failed_terms(statement: CompiledStatement, context: Context) -> str:
    failed = (term for term, test in statement.terms if not test(context))
    details = []
    for term in failed:
        state = "does not fit" if context.get(term.key.lower(), ()) != () else "is absent"
        details.append(f"{term.operator} on `{term.key}`: the key {state}")
    return "; ".join(details)
