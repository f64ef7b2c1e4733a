"""`role denials`: refusals since a change, as text and as JSON (schema `secrets-cli/role-denials/1`)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secrets_cli.account.denials import Cause, Denial, put_back_policy
from secrets_cli.iam.model import Policy
from secrets_cli.iam.render import policy_document
from secrets_cli.json_value import JsonValue
from secrets_cli.report.coverage_words import event_history_json, event_history_words, not_opened_json, not_opened_words
from secrets_cli.usage.usage import Coverage
from secrets_cli.wording import how_many

SCHEMA = "secrets-cli/role-denials/1"
_WORDS = {
    Cause.REMOVED: "allowed before: put it back",
    Cause.NEVER_ALLOWED: "not allowed before either",
    Cause.ALLOWED_NOW: "allowed now: its resource's policy, a boundary, a condition or the organisation refuses it",
}


@dataclass(frozen=True, slots=True)
class Denials:
    """What was found, and on what it rests."""

    principal: str
    since: str
    """UTC, ISO 8601."""
    source: str
    """The file that tells the old policies."""
    denials: tuple[Denial, ...]
    coverage: Coverage

    @property
    def put_back(self) -> Policy | None:
        """What can be put back, as a policy."""
        return put_back_policy(self.denials)


def denials_lines(found: Denials) -> Iterator[str]:
    """The refusals, a heading for each cause."""
    yield f"{found.principal}, since {found.since}"
    coverage = found.coverage
    last = f", the last of {coverage.last}" if coverage.last else ""
    yield f"  {how_many(coverage.records, 'record')} in {_where(coverage)}{last}"
    if coverage.event_history:
        yield f"  {event_history_words(coverage.event_history)}"
    for left_out in coverage.not_opened:
        yield f"  {not_opened_words(left_out)}"
    if coverage.rejected:
        yield f"  {how_many(len(coverage.rejected), 'file or record')} could not be read: what they hold is not here"
    if not found.denials:
        yield "  nothing was refused"
    for cause in Cause:
        of_cause = [one for one in found.denials if one.cause is cause]
        if of_cause:
            yield f"  {_WORDS[cause]}"
            yield from _lines(of_cause)
    yield "  logs come late, as a rule within 15 minutes, and data events only where a trail records them"


def _where(coverage: Coverage) -> str:
    files = [how_many(coverage.files, "file")] if coverage.files or not coverage.event_history else []
    return " and ".join([*files, *(["event history"] if coverage.event_history else [])])


def _lines(denials: Sequence[Denial]) -> Iterator[str]:
    for one in denials:
        yield f"    {one.action} on {one.resource}: {how_many(one.count, 'time')}, last {one.last_seen or 'unknown'}"


def denials_json(found: Denials) -> dict[str, JsonValue]:
    """The document."""
    put_back = found.put_back
    return {
        "schema": SCHEMA,
        "principal": found.principal,
        "since": found.since,
        "policies_from": found.source,
        "coverage": {
            "files": found.coverage.files,
            "records": found.coverage.records,
            "first": found.coverage.first or None,
            "last": found.coverage.last or None,
            "rejected": [{"where": one.where, "reason": one.reason} for one in found.coverage.rejected],
            "event_history": event_history_json(found.coverage.event_history),
            "not_opened": not_opened_json(found.coverage.not_opened),
        },
        "denials": [_denial(one) for one in found.denials],
        "put_back": policy_document(put_back) if put_back else None,
    }


def _denial(one: Denial) -> JsonValue:
    statements = policy_document(Policy(one.put_back))["Statement"] if one.put_back else []
    return {
        "action": one.action,
        "resource": one.resource,
        "event_names": list(one.event_names),
        "count": one.count,
        "first_seen": one.first_seen or None,
        "last_seen": one.last_seen or None,
        "event_ids": list(one.event_ids),
        "cause": one.cause.value,
        "put_back": statements,
    }
