"""What `secret put` did: docs/schemas/secret-put-1.json. No value, and no more of its length than a class."""

from dataclasses import dataclass

from secrets_cli.json_value import JsonValue
from secrets_cli.secrets.store.put_wishes import PutPlan
from secrets_cli.secrets.store.write import Stored
from secrets_cli.wording import iso_time

PUT_SCHEMA = "secrets-cli/secret-put/1"


@dataclass(frozen=True, slots=True)
class PutAt:
    """One secret stored in one place."""

    target: str
    region: str
    plan: PutPlan
    stored: Stored


def put_json(
    done: tuple[PutAt, ...], failed: tuple[tuple[str, str], ...], planned: PutPlan | None = None
) -> dict[str, JsonValue]:
    """The document; `failed` is target and message of each that was not stored, `planned` what a dry run would have sent."""
    return {
        "schema": PUT_SCHEMA,
        "dry_run": planned is not None,
        "planned": _planned(planned) if planned else None,
        "stored": [_stored(each) for each in done],
        "failed": [{"target": target, "error": message} for target, message in failed],
    }


def put_line(done: PutAt) -> str:
    """One line of text: where, which version, under which key."""
    write = done.plan.order.write
    expires = f", expires {iso_time(done.plan.expires)}" if done.plan.expires else ""
    labels = (
        f", label {' '.join(done.plan.order.labels)}" if done.plan.order.labels and not done.stored.problems else ""
    )
    return (
        f"{write.name} version {done.stored.written.version} in {done.region}: key {write.key}, "
        f"{done.stored.written.tier.lower()} tier, {done.plan.length_class}{expires}{labels}"
    )


def plan_line(plan: PutPlan) -> str:
    """What a dry run would have sent."""
    write = plan.order.write
    how = "as a new version or a new parameter" if write.overwrite else "only if it is not there yet"
    expires = f", expires {iso_time(plan.expires)}" if plan.expires else ""
    return f"would store {write.name} {how}: key {write.key}, {write.tier.lower()} tier, {plan.length_class}{expires}"


def _stored(done: PutAt) -> dict[str, JsonValue]:
    write, written = done.plan.order.write, done.stored.written
    return {
        "target": done.target,
        "region": done.region,
        "name": write.name,
        "version": written.version,
        "key": write.key,
        "tier": written.tier,
        "length_class": done.plan.length_class,
        "expires": iso_time(done.plan.expires) if done.plan.expires else None,
        "labels": list(done.plan.order.labels),
        "tags": dict(write.tags),
        "problems": [problem.message for problem in done.stored.problems],
    }


def _planned(plan: PutPlan) -> dict[str, JsonValue]:
    write = plan.order.write
    return {
        "name": write.name,
        "overwrite": write.overwrite,
        "key": write.key,
        "tier": write.tier,
        "length_class": plan.length_class,
        "expires": iso_time(plan.expires) if plan.expires else None,
        "labels": list(plan.order.labels),
        "tags": dict(write.tags),
    }
