"""`secret reencrypt`: the plan and the result, as text and as JSON. No value is in either."""

from collections import defaultdict
from collections.abc import Sequence

from secrets_cli.errors import SecretsCliError
from secrets_cli.json_value import JsonValue
from secrets_cli.secrets.bulk import Outcome
from secrets_cli.secrets.transfer.reencryption import OldKey, Reencrypted, ReencryptionPlan, Stale, Why
from secrets_cli.wording import iso_time

SCHEMA = "secrets-cli/secret-reencrypt/1"

_WHY = {
    Why.OTHER_KEY: "",
    Why.ALIAS_MOVED: "the alias was moved after this version was written",
    Why.UNFINISHED: "begun by an earlier run",
}


def plan_text(plan: ReencryptionPlan) -> str:
    """One line a parameter to write again, what it is under now, and the counts."""
    lines = [_stale_line(stale) for stale in plan.stale]
    lines += [f"now under {_old_key_text(key)}" for key in plan.old_keys]
    lines.append(
        f"{len(plan.stale)} to write again under {plan.key.word} ({plan.key.id}), {plan.right} under it already"
        + (f", {len(plan.plain)} not encrypted at all" if plan.plain else "")
    )
    if plan.stale:
        lines.append(_OLD_VERSIONS)
    return "\n".join(lines)


_OLD_VERSIONS = "earlier versions stay under the old key: delete it, and they (and a rollback to them) are lost"


def _stale_line(stale: Stale) -> str:
    line = f"~ {stale.name}  version {stale.version}, {stale.key}"
    return f"{line}: {_WHY[stale.why]}" if _WHY[stale.why] else line


def _old_key_text(key: OldKey) -> str:
    state = f", {_spaced(key.state)}" if key.state and key.state != "Enabled" else ""
    when = f" until {iso_time(key.deletion)}" if key.deletion else ""
    unknown = ", not described by KMS: it may have gone" if not key.state else ""
    return f"{key.word}: {key.parameters}{state}{when}{unknown}"


def _spaced(state: str) -> str:
    return {"PendingDeletion": "pending deletion"}.get(state, state.lower())


def result_text(plan: ReencryptionPlan, outcomes: Sequence[Outcome[Stale, Reencrypted]]) -> str:
    """The counts, then what was not written again, by reason."""
    done = [outcome.result for outcome in outcomes if outcome.result is not None]
    failed = [(outcome.item.name, outcome.failure) for outcome in outcomes if outcome.failure is not None]
    moved = sum(len(one.labels) for one in done)
    lines = [
        f"written again and read back {sum(one.version != one.before for one in done)}, under {plan.key.word} already"
        f" {plan.right + sum(one.version == one.before for one in done)}, failed {len(failed)}"
    ]
    if moved:
        lines.append(f"{moved} label{'' if moved == 1 else 's'} moved to the new version{'' if moved == 1 else 's'}")
    if done:
        lines.append(_OLD_VERSIONS)
    return "\n".join([*lines, *_failed_lines(failed)])


def _failed_lines(failed: Sequence[tuple[str, SecretsCliError]]) -> list[str]:
    by_reason: dict[str, list[str]] = defaultdict(list)
    for name, why in failed:
        # One denied action gives one reason for many names: the name in the message is taken out for that.
        by_reason[f"{why.message}{f' ({why.help})' if why.help else ''}".replace(f" on `{name}`", "")].append(name)
    return [line for reason, names in by_reason.items() for line in (f"? {reason}", *(f"    {name}" for name in names))]


def result_json(plan: ReencryptionPlan, outcomes: Sequence[Outcome[Stale, Reencrypted]] | None) -> dict[str, JsonValue]:
    """The JSON result; `outcomes` is None where nothing was to be done but to plan."""
    ended = {outcome.item.name: outcome for outcome in outcomes or ()}
    return {
        "schema": SCHEMA,
        "path": plan.path,
        "key": {"word": plan.key.word, "id": plan.key.id, "arn": plan.key.arn},
        "dry_run": outcomes is None,
        "parameters": [_parameter_json(stale, ended.get(stale.name)) for stale in plan.stale],
        "right": plan.right,
        "not_encrypted": list(plan.plain),
        "old_keys": [
            {
                "key": key.word,
                "parameters": key.parameters,
                "state": key.state or None,
                "deletion": iso_time(key.deletion) if key.deletion else None,
            }
            for key in plan.old_keys
        ],
    }


def _parameter_json(stale: Stale, outcome: Outcome[Stale, Reencrypted] | None) -> dict[str, JsonValue]:
    result = outcome.result if outcome else None
    failure = outcome.failure if outcome else None
    state = "planned" if outcome is None else "failed"
    if result is not None:
        state = "reencrypted" if result.version != result.before else "right-already"
    return {
        "name": stale.name,
        "why": stale.why.value,
        "old_key": stale.key,
        "state": state,
        "version_before": result.before if result else stale.version,
        "version": result.version if result else None,
        "labels_moved": list(result.labels) if result else [],
        "reason": failure.message if failure else None,
        "help": failure.help if failure else None,
    }
