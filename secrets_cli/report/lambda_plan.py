"""A deployment's plan and proof, as text and as JSON."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from secrets_cli.broker.desired import Deployment
from secrets_cli.broker.key_gaps import KeyGap
from secrets_cli.broker.plan import Executed, Outcome, Plan
from secrets_cli.broker.proof import Proof
from secrets_cli.broker.resource import subjects
from secrets_cli.json_value import JsonValue

if TYPE_CHECKING:
    from rich.table import Table

_SIGNS = {"Add": "+", "Modify": "~", "Remove": "-"}
_COLOURS = {"Add": "green", "Modify": "yellow", "Remove": "red"}


def proof_lines(proof: Proof) -> Iterator[str]:
    """One line a claim, and what contradicts it."""
    for check in proof.checks:
        yield f"  {'proven' if check.holds else 'FALSE '}  {check.claim} ({check.by})"
        if not check.holds:
            yield f"          against: {check.against}"


def plan_table(plan: Plan) -> "Table":
    """One row a change."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_edge=False)
    for title in ("", "what", "resource", "for"):
        table.add_column(title, overflow="fold")
    known = subjects(plan.prepared.deployment)
    for change in plan.changes:
        sign = Text(_SIGNS.get(change.action, "?"), style=_COLOURS.get(change.action, ""))
        replaced = "replaced" if change.replacement == "True" else ""
        why = (known.get(change.logical_id, ""), replaced, ", ".join(change.properties))
        table.add_row(sign, change.logical_id, change.type, "; ".join(filter(None, why)))
    return table


def remarks(deployment: Deployment) -> Iterator[str]:
    """What a reader of the plan should know beside the changes."""
    for caller in deployment.strangers:
        arn = caller.principal.arn
        if caller.principal.account == deployment.place.account:
            yield f"the unique id of `{arn}` is not given: a namesake made anew would have the same grant"
        else:
            yield (
                f"`{arn}` is another account's and known by its ARN alone: a namesake made anew there would have the same "
                "grant; its own account must allow it lambda:InvokeFunctionUrl and lambda:InvokeFunction on the function"
            )


def gap_lines(gaps: Iterable[KeyGap]) -> Iterator[str]:
    """What is left to do with the keys, once the roles are there."""
    for gap in gaps:
        yield f"the policy of the key `{gap.key}` does not let `{gap.role}` decrypt; once that role is there: {gap.remedy}"


def proof_json(proof: Proof) -> dict[str, JsonValue]:
    """The proof as it is in JSON results."""
    return {
        "holds": proof.holds,
        "checks": [
            {"claim": check.claim, "by": check.by, "holds": check.holds, "against": check.against or None}
            for check in proof.checks
        ],
    }


def deploy_json(outcome: Outcome, gaps: Iterable[KeyGap]) -> Mapping[str, JsonValue]:
    """The document `secrets-cli/lambda-deploy/1`."""
    plan = outcome.plan
    deployment = plan.prepared.deployment
    stack = outcome.stack if isinstance(outcome, Executed) else None
    return {
        "schema": "secrets-cli/lambda-deploy/1",
        "stack": deployment.settings.stack,
        "region": deployment.place.region,
        "executed": stack is not None,
        "status": stack.status if stack else None,
        "url": stack.outputs.get("Url") if stack else None,
        "deleted_first": plan.dead.id if plan.dead else None,
        "changes": [
            {
                "action": change.action,
                "logical_id": change.logical_id,
                "type": change.type,
                "replacement": change.replacement == "True",
                "properties": list(change.properties),
            }
            for change in plan.changes
        ],
        "proof": proof_json(plan.prepared.proof),
        "key_gaps": [{"key": gap.key, "role": gap.role, "remedy": gap.remedy} for gap in gaps],
        "remarks": list(remarks(deployment)),
    }
