"""What the policy of a KMS key gives to whom, statement by statement.

Read are the statements alone: an account's root as a principal stands for what IAM policies of that account allow.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from secrets_cli.gate.condition_truth import Truth, truth_of
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.named import Named, Who, is_for_everyone, named_in
from secrets_cli.gate.principals import known_actions, statements_of
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.model import Effect
from secrets_cli.inputs.found import UNKNOWN, PolicyAt

if TYPE_CHECKING:
    from secrets_cli.secrets.keys.explain import Kind

PUT_POLICY: Final = "kms:PutKeyPolicy"
CREATE_GRANT: Final = "kms:CreateGrant"


@dataclass(frozen=True, slots=True)
class Given:
    """What one statement gives to one principal."""

    at: StatementAt
    to: Named
    actions: frozenset[str]
    """Known actions of KMS, less what is denied to everybody without a condition; never empty."""

    def of(self, kind: "Kind", knowledge: Knowledge) -> tuple[str, ...]:
        """Those of a kind, sorted."""
        from secrets_cli.secrets.keys.explain import kind_of_action  # few files hold key policies

        return tuple(name for name in sorted(self.actions) if kind_of_action(name, knowledge.catalog) is kind)


def given(policy: PolicyAt, knowledge: Knowledge) -> Iterator[Given]:
    """What each Allow statement gives to each principal it names; NotPrincipal is left to its own rule."""
    denied = _denied_to_all(policy, knowledge)
    for at in statements_of(policy):
        element = at.statement.principal
        if at.statement.effect is Effect.DENY or element is None or element.negated:
            continue
        if truth_of(at.statement.conditions, knowledge.today) is Truth.NEVER:
            continue
        all_known = known_actions(at.statement.action, knowledge.catalog)
        actions = frozenset(name for name in all_known if name.startswith("kms:")) - denied
        if actions:
            yield from (Given(at, one, actions) for one in named_in(element))


def _denied_to_all(policy: PolicyAt, knowledge: Knowledge) -> frozenset[str]:
    """What nobody may: denied to `*` without a condition."""
    denied: set[str] = set()
    for one in policy.policy.statements:
        element = one.principal
        everybody = element is not None and not element.negated and is_for_everyone(one)
        if one.effect is Effect.DENY and everybody and not one.conditions:
            denied |= known_actions(one.action, knowledge.catalog)
    return frozenset(denied)


def own_account(all_given: list[Given]) -> str:
    """The key's account as far as its policy tells: the one account as a whole that may change the policy, else the one
    that is named at all; empty where there are several."""
    whole = {one.to.account for one in all_given if one.to.who is Who.ACCOUNT and PUT_POLICY in one.actions}
    accounts = whole - {""} or {one.to.account for one in all_given} - {""}
    return accounts.pop() if len(accounts) == 1 else ""


def holds_unknown(policy: PolicyAt) -> bool:
    """Whether an action or a principal of the policy is not resolved."""
    for one in policy.policy.statements:
        named = named_in(one.principal)
        if any(UNKNOWN in value for value in one.action.values) or any(name.who is Who.UNKNOWN for name in named):
            return True
    return False


def by_principal(all_given: list[Given]) -> Mapping[str, tuple[Given, ...]]:
    """What each principal is given, by its value, in the order of the policy."""
    found: dict[str, tuple[Given, ...]] = {}
    for one in all_given:
        found[one.to.value] = (*found.get(one.to.value, ()), one)
    return found
