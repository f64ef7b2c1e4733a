"""A principal's policies made ready to be asked: which requests they allow, whatever else they say."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from secrets_cli.gate.escalation.conditions import charitable, contexts, deciding_keys, settled
from secrets_cli.gate.escalation.specimen import ACCOUNT, CALLER
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.principals import statements_of
from secrets_cli.gate.subject import Principal, StatementAt
from secrets_cli.iam.evaluate import evaluate
from secrets_cli.iam.model import Effect, Policy, Statement
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.iam.request import PolicySet, Request
from secrets_cli.inputs.found import PolicyAt

_GRANTING = (PolicyKind.IDENTITY, PolicyKind.SESSION)
_ACCOUNT_FIELD = 4
_ACCOUNT_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a path that the policies allow."""

    request: Request
    at: StatementAt
    """The statement that allows it."""
    depends_on: tuple[str, ...] = ()
    """Condition keys that decide it; empty where the evaluator allows it as it is."""


class Ground:
    """The policies of one principal, asked about requests one by one."""

    def __init__(self, principal: Principal, knowledge: Knowledge) -> None:
        self._identity = tuple(policy for kind in _GRANTING for policy in principal.of_kind(kind))
        self._boundary = principal.of_kind(PolicyKind.BOUNDARY)
        self._places = tuple(at for policy in (*self._identity, *self._boundary) for at in statements_of(policy))
        self._settled = tuple(settled(at.statement, knowledge.today) for at in self._places)
        self.account = _account(self._identity)
        self._firm = self._policies(self._settled)
        self._hopeful = self._policies([None if one is None else charitable(one) for one in self._settled])

    def step(self, action: str, resource: str, service: str) -> Step | None:
        """The request on the resource as a step, or None where no circumstances allow it."""
        requests = [
            Request(f"arn:aws:iam::{self.account}:user/{CALLER}", action, resource, context)
            for context in contexts(action, service, self.account)
        ]
        for request in requests:
            decision = evaluate(request, self._firm)
            if decision.allowed and decision.by.index is not None:
                return Step(request, self._places[decision.by.index])
        for request in requests:
            decision = evaluate(request, self._hopeful)
            if decision.allowed and decision.by.index is not None:
                return Step(request, self._places[decision.by.index], self._doubts(decision.by.index))
        return None

    def _doubts(self, number: int) -> tuple[str, ...]:
        """The keys that decide whether the statement allows, or a Deny statement takes back."""
        own = self._settled[number]
        denies = (one for one in self._settled if one is not None and one.effect is Effect.DENY)
        return deciding_keys([*([own] if own is not None else []), *denies])

    def _policies(self, statements: Sequence[Statement | None]) -> PolicySet:
        """The policies with these statements in the place of their own."""
        numbered = iter(None if one is None else replace(one, index=number) for number, one in enumerate(statements))
        made = [
            Policy(tuple(one for one in islice(numbered, len(each.policy.statements)) if one), each.policy.version)
            for each in (*self._identity, *self._boundary)
        ]
        count = len(self._identity)
        limit = Policy(tuple(one for policy in made[count:] for one in policy.statements)) if self._boundary else None
        return PolicySet(tuple(made[:count]), boundary=limit)


def _account(policies: Iterable[PolicyAt]) -> str:
    """The first account that a resource names, else one that stands for it."""
    return next(_accounts(policies), ACCOUNT)


def _accounts(policies: Iterable[PolicyAt]) -> Iterator[str]:
    for policy in policies:
        for statement in policy.policy.statements:
            for value in statement.resource.values if statement.resource is not None else ():
                account = value.split(":")[_ACCOUNT_FIELD : _ACCOUNT_FIELD + 1]
                if account and account[0].isdigit() and len(account[0]) == _ACCOUNT_DIGITS:
                    yield account[0]
