"""`policy minimize` as JSON (docs/schemas/policy-minimize-1.json) and in lines for the reader."""

from collections.abc import Sequence
from dataclasses import dataclass

from secrets_cli.iam.minimize import Minimized
from secrets_cli.iam.model import Policy, Statement
from secrets_cli.iam.render import policy_document
from secrets_cli.iam.size import Limit, limits_of, policy_size
from secrets_cli.json_value import JsonValue
from secrets_cli.report.policy_words import statement_name
from secrets_cli.wording import how_many

SCHEMA = "secrets-cli/policy-minimize/1"

_LIMIT_NAMES = {
    "managed-policy": "a managed policy",
    "managed-policies-attached": "managed policies of one principal",
    "inline-user": "the inline policies of a user",
    "inline-group": "the inline policies of a group",
    "inline-role": "the inline policies of a role",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `policy minimize` came to."""

    before: Policy
    minimized: Minimized
    policies: tuple[Policy, ...]
    """The result: several where it was split."""
    too_large: tuple[Statement, ...]
    """Statements that no split makes small enough."""
    split_unproven: str
    """Why the split was not taken; empty where it was, or was not asked for."""


def document(outcome: Outcome) -> dict[str, JsonValue]:
    """The JSON result."""
    minimized = outcome.minimized
    return {
        "schema": SCHEMA,
        "policies": [policy_document(policy) for policy in outcome.policies],
        "shorter": minimized.is_shorter,
        "reason": minimized.reason or None,
        "proven_equal": "for-known-actions" if minimized.wildcards else "for-all-actions",
        "wildcards": list(minimized.wildcards),
        "before": _counted((outcome.before,)),
        "after": _counted(outcome.policies),
        "limits": [
            {"limit": one.name, "allowed": one.allowed, "counted": one.counted, "passed": one.is_passed}
            for one in limits_of(outcome.policies)
        ],
        "too_large": [{"sid": one.sid, "index": one.index} for one in outcome.too_large],
        "split_unproven": outcome.split_unproven or None,
    }


def lines(outcome: Outcome) -> list[str]:
    """What the reader should know beside the policies."""
    minimized = outcome.minimized
    said = [_what_happened(outcome)]
    if minimized.wildcards:
        said.append(
            "equal for known actions only: it will also grant what AWS adds that matches "
            + ", ".join(minimized.wildcards)
        )
    if outcome.split_unproven:
        said.append(f"not split: {outcome.split_unproven}")
    elif len(outcome.policies) > 1:
        said.append(f"split into {len(outcome.policies)} policies, proven to mean the same together")
    said += [f"`{statement_name(one)}` alone passes the limit and cannot be cut" for one in outcome.too_large]
    said += [_limit_line(one) for one in limits_of(outcome.policies) if one.is_passed]
    return said


def _what_happened(outcome: Outcome) -> str:
    minimized = outcome.minimized
    before, after = policy_size(outcome.before), policy_size(minimized.policy)
    if not minimized.is_shorter:
        return f"unchanged, {before:,} characters: {minimized.reason}"
    statements = f"{len(outcome.before.statements)} -> {how_many(len(minimized.policy.statements), 'statement')}"
    proof = "" if minimized.wildcards else ", proven equal"
    return f"{before:,} -> {after:,} characters, {statements}{proof}"


def _limit_line(limit: Limit) -> str:
    what = "policies" if limit.name == "managed-policies-attached" else "characters"
    return f"{limit.counted:,} {what}: more than AWS allows for {_LIMIT_NAMES[limit.name]} ({limit.allowed:,})"


def _counted(policies: Sequence[Policy]) -> dict[str, JsonValue]:
    return {
        "characters": sum(policy_size(policy) for policy in policies),
        "statements": sum(len(policy.statements) for policy in policies),
        "policies": len(policies),
    }
