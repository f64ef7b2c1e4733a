"""A plan for a key, as it is shown before anything is done, and as JSON (docs/schemas/key-change-1.json)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.iam.model import Policy
from secrets_cli.iam.render import condition_block, policy_document
from secrets_cli.json_value import JsonValue
from secrets_cli.report.key_words import conditions, effect_word, statement_cells
from secrets_cli.secrets.keys.difference import KeyPolicyDifference, Permission
from secrets_cli.secrets.keys.execute import step_words
from secrets_cli.secrets.keys.explain import statement_label
from secrets_cli.secrets.keys.plan import KeyPlan
from secrets_cli.secrets.keys.proof import Proof

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

SCHEMA = "secrets-cli/key-change/1"


def plan_view(plan: KeyPlan, account: str, catalog: Catalog) -> "RenderableType":
    """The plan: steps, the policy or what changes of it, the proof, warnings."""
    from rich.console import Group

    parts: list[RenderableType] = list(_steps(plan))
    if plan.policy is not None and plan.key is None:
        parts += ["", statements_table(plan.policy, account, catalog)]
    if plan.difference:
        parts += ["", *difference_lines(plan.difference, account)]
    if plan.proof is not None and plan.steps:
        parts += ["", *_proof_lines(plan.proof)]
    parts += _warnings(plan.warnings)
    return Group(*parts)


def _steps(plan: KeyPlan) -> Iterable["Text"]:
    from rich.text import Text

    what_is = f"{plan.name} ({plan.key.id})" if plan.key else f"{plan.name} (new)"
    yield Text(f"plan for {what_is}" if plan.steps else f"{what_is}: nothing to do", style="bold")
    for number, step in enumerate(plan.steps, start=1):
        yield Text(f"  {number}. {step_words(step)}")


def statements_table(policy: Policy, account: str, catalog: Catalog) -> "Table":
    """Each statement in plain words: its name, then who, what and under which conditions, a row each."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for statement in policy.statements:
        people, actions, limits = statement_cells(statement, account, catalog)
        table.add_row(Text(effect_word(statement), style="bold"), Text(statement_label(statement), style="bold"))
        for title, cell in (("who", people), ("what", actions), ("when", limits)):
            if cell:
                table.add_row(f"  {title}", Text(cell))
    return table


def difference_lines(difference: KeyPolicyDifference, account: str) -> list["Text"]:
    """`+` what the plan adds, `-` what it takes away; one line a principal and condition."""
    from rich.text import Text

    lines = [Text(f"- {_permission(one, account)}", style="red") for one in difference.removed]
    return lines + [Text(f"+ {_permission(one, account)}", style="green") for one in difference.added]


def _permission(one: Permission, account: str) -> str:
    under = "; ".join(conditions(one.conditions, account))
    may = "may" if one.effect.value == "Allow" else "may never"
    return f"{one.principal} {may} {', '.join(one.actions)}" + (f" ({under})" if under else "")


def _proof_lines(proof: Proof) -> Iterable["Text"]:
    from rich.text import Text

    for claim in proof.claims:
        yield Text(f"proven: {claim.subject} {claim.text}", style="green")
    for limit in proof.limits:
        yield Text(f"not proven, for no key policy can: {limit}", style="yellow")


def _warnings(warnings: Iterable[str]) -> list["RenderableType"]:
    from rich.text import Text

    return [Text(f"warning: {warning}", style="bold yellow") for warning in warnings]


def change_json(plan: KeyPlan, state: str, key_id: str = "", key_arn: str = "") -> dict[str, JsonValue]:
    """The result of a command that changes a key; `state` is `changed`, `unchanged`, `planned` or `refused`."""
    return {
        "schema": SCHEMA,
        "name": plan.name,
        "key_id": key_id or (plan.key.id if plan.key else None),
        "key_arn": key_arn or (plan.key.arn if plan.key else None),
        "state": state,
        "steps": [step_words(step) for step in plan.steps],
        "warnings": list(plan.warnings),
        "difference": _difference_json(plan.difference),
        "proof": _proof_json(plan.proof),
        "policy": policy_document(plan.policy) if plan.policy else None,
    }


def _difference_json(difference: KeyPolicyDifference | None) -> JsonValue:
    if difference is None:
        return None
    return {
        "removed": [_permission_json(one) for one in difference.removed],
        "added": [_permission_json(one) for one in difference.added],
    }


def _permission_json(one: Permission) -> JsonValue:
    return {
        "effect": one.effect.value,
        "principal": one.principal,
        "actions": list(one.actions),
        "condition": condition_block(one.conditions) if one.conditions else {},
    }


def _proof_json(proof: Proof | None) -> JsonValue:
    if proof is None:
        return None
    return {
        "holds": proof.holds,
        "requests": proof.requests,
        "claims": [{"subject": c.subject, "claim": c.text, "holds": c.holds} for c in proof.claims],
        "limits": list(proof.limits),
    }
