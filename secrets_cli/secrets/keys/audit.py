"""The audit of keys: every rule on every key of a survey."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.secrets.finding import Finding
from secrets_cli.secrets.keys import policy_rules as policies
from secrets_cli.secrets.keys import rules as states
from secrets_cli.secrets.keys.explain import explain, statement_label
from secrets_cli.secrets.keys.policy_rules import Explained
from secrets_cli.secrets.keys.request import place_of
from secrets_cli.secrets.keys.rules import Judging, subject_of
from secrets_cli.secrets.keys.second_opinion import Opinion, second_opinion
from secrets_cli.secrets.keys.survey import Survey, SurveyedKey, Unread
from secrets_cli.severity import Confidence, Severity

SECOND_OPINION = "key-second-opinion"

_POLICY_RULES: tuple[tuple[str, Callable[[Explained], Iterator[Finding]]], ...] = (
    (policies.ANYBODY, policies.open_to_anybody),
    (policies.CROSS_ACCOUNT, policies.cross_account),
    (policies.BOTH, policies.administrator_is_user),
    (policies.IAM_DECIDES, policies.left_to_iam),
    (policies.CREATE_GRANT, policies.create_grant),
    (policies.NO_EFFECT, policies.without_effect),
    (policies.UNMANAGEABLE, policies.without_administrator),
    (policies.GONE, policies.principals_gone),
)
_STATE_RULES: tuple[tuple[str, Callable[[SurveyedKey], Iterator[Finding]]], ...] = (
    (states.NO_ROTATION, states.no_rotation),
    (states.PENDING_DELETION, states.pending_deletion),
    (states.DISABLED, states.disabled),
    (states.GRANT, states.grants),
)
RULES = (
    *(name for name, _ in _POLICY_RULES),
    *(name for name, _ in _STATE_RULES),
    states.UNUSED,
    states.LOOSE_ALIAS,
    SECOND_OPINION,
)
"""The id of every rule; docs/keys.md describes each."""


@dataclass(frozen=True, slots=True)
class KeyAudit:
    """What was found, and what could not be looked at."""

    findings: tuple[Finding, ...]
    keys: int
    """How many keys were judged."""
    unread: tuple[Unread, ...]
    notes: tuple[str, ...]
    """What the reader should know of how it was judged."""


def audit_keys(
    surveys: Iterable[Survey],
    catalog: Catalog,
    judging: Judging,
    rules: frozenset[str] = frozenset(RULES),
    opinion: Callable[..., Opinion] = second_opinion,
) -> KeyAudit:
    """Judge every key of the surveys by the rules named."""
    findings: list[Finding] = []
    notes: dict[str, None] = {}
    unread: list[Unread] = []
    keys = 0
    for survey in surveys:
        keys += len(survey.keys)
        unread += survey.unread
        if not survey.last_use_known and states.UNUSED in rules:
            notes[
                "KMS did not say when keys were used last (kms:GetKeyLastUsage): key-unused goes by aliases and grants"
            ] = None
        findings += states.loose_aliases(survey)
        for one in survey.keys:
            findings += states.unused(one, judging)
            findings += (found for _, rule in _STATE_RULES for found in rule(one))
            findings += _of_policies(one, catalog, rules, opinion, notes)
    kept = tuple(one for one in findings if one.rule in rules)
    return KeyAudit(kept, keys, tuple(unread), tuple(notes))


def _of_policies(
    one: SurveyedKey,
    catalog: Catalog,
    rules: frozenset[str],
    opinion: Callable[..., Opinion],
    notes: dict[str, None],
) -> Iterator[Finding]:
    key = place_of(one.key.arn)
    for document in one.documents:
        explained = Explained(one, document, explain(document.policy, key, catalog))
        for _, rule in _POLICY_RULES:
            yield from rule(explained)
        if SECOND_OPINION in rules:
            yield from _second(explained, opinion, notes)


def _second(explained: Explained, opinion: Callable[..., Opinion], notes: dict[str, None]) -> Iterator[Finding]:
    """What policyuniverse takes for open and our own rule says nothing of."""
    answer = opinion(explained.document)
    if answer.unavailable:
        notes[f"second opinion unavailable: {answer.unavailable}"] = None
    ours = {label for found in policies.open_to_anybody(explained) for label in found.evidence}
    by_place = {one.index: one for one in explained.document.policy.statements}
    for place in answer.open_statements:
        statement = by_place.get(place)
        label = statement_label(statement) if statement else ""
        if not label or label in ours or f"{label} (policy {explained.document.name})" in ours:
            continue
        yield Finding(
            SECOND_OPINION,
            Severity.LOW,
            subject_of(explained.one),
            f"policyuniverse takes {label} for open to everybody; by our evaluation no stranger gets in",
            f"read the statement: secrets-cli key show {states.name_of(explained.one)}",
            (label,),
            Confidence.LOW,
        )
