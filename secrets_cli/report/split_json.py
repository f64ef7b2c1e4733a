"""A split narrowing as JSON: `split` and `union` of schema `secrets-cli/narrowing/1`."""

from secrets_cli.iam.contain import NotContained
from secrets_cli.iam.render import policy_document
from secrets_cli.json_value import JsonValue
from secrets_cli.narrow.narrowing import Containment
from secrets_cli.narrow.split_by_function import Part, Split, Union
from secrets_cli.report.narrowing_json import containment_json, denied_events_json, proof_json, statements_json


def split_json(split: Split) -> dict[str, JsonValue]:
    """`split`, one item for each policy, `union`, and `split_notes`."""
    return {
        "split": [part_json(part) for part in split.parts],
        "union": _union(split.union),
        "split_notes": list(split.notes),
    }


def part_json(part: Part) -> dict[str, JsonValue]:
    """One function's policy; where its proof fails, `policies` and `statements` are empty."""
    result = part.narrowing
    holds = result.proof.holds
    return {
        "function": part.name,
        "is_function": part.is_function,
        "session_names": list(part.sessions),
        "policies": [policy_document(policy) for policy in result.policies] if holds else [],
        "proof": proof_json(result.proof),
        "actions": result.summary.actions_after,
        "denied_events": denied_events_json(result),
        "statements": statements_json(result) if holds else [],
    }


def _union(union: Union) -> dict[str, JsonValue]:
    return {
        "verdict": union.verdict.value,
        "only_where_no_request_is_known": union.only_where_no_request_is_known,
        "no_more_than_unsplit": _containment(union.no_more),
        "no_less_than_unsplit": _containment(union.no_less),
    }


def _containment(verdict: Containment) -> dict[str, JsonValue]:
    kind = verdict.difference.value if isinstance(verdict, NotContained) else None
    return {**containment_json(verdict), "class": kind}
