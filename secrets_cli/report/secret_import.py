"""An import plan and what came of it, as text and as JSON; without a value."""

from secrets_cli.json_value import JsonValue
from secrets_cli.secrets.environment.import_plan import Change, ImportPlan, Step, advanced_count
from secrets_cli.secrets.environment.import_run import Imported
from secrets_cli.secrets.store.tier import ADVANCED_COST

SCHEMA = "secrets-cli/secret-import/1"


def plan_text(plan: ImportPlan) -> str:
    """One line a parameter, and a line that counts."""
    lines = [f"  {step.change.sign} {step.wanted.name}" for step in plan.steps]
    advanced = advanced_count(plan)
    if advanced:
        cost = f"each costs {ADVANCED_COST}, and there is no way back to standard"
        lines.append(f"{advanced} over 4,096 bytes and so of the advanced tier: {cost}")
    return "\n".join([*lines, counts(plan)])


def counts(plan: ImportPlan) -> str:
    """Such as `2 new (+), 1 changed (~), 3 the same (=)`."""
    words = {
        Change.NEW: "new",
        Change.CHANGED: "changed",
        Change.SAME: "the same",
        Change.UNKNOWN: "not compared",
    }
    parts = [f"{plan.count(change)} {word} ({change.sign})" for change, word in words.items() if plan.count(change)]
    return ", ".join(parts)


def import_json(plan: ImportPlan, imported: Imported | None, *, path: str, key: str) -> dict[str, JsonValue]:
    """The plan and, where it was carried out, what came of each parameter."""
    versions: dict[str, int] = {}
    errors: dict[str, str] = {}
    if imported is not None:
        versions = {one.item.wanted.name: one.result.written.version for one in imported.written if one.result}
        errors = {step.wanted.name: error.message for step, error in imported.failed}
    return {
        "schema": SCHEMA,
        "path": path,
        "key": key,
        "carried_out": imported is not None,
        "counts": {change.value: plan.count(change) for change in Change},
        "written": len(versions),
        "failed": len(errors),
        "parameters": [_parameter(step, versions, errors) for step in plan.steps],
    }


def _parameter(step: Step, versions: dict[str, int], errors: dict[str, str]) -> JsonValue:
    name = step.wanted.name
    return {
        "name": name,
        "change": step.change.value,
        "line": step.wanted.where.line,
        "tier": step.wanted.tier.tier.value,
        "version": versions.get(name),
        "error": errors.get(name),
    }
