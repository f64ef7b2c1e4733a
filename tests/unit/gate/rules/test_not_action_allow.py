"""not-action-allow: an Allow that lists what it does not grant."""

from typing import Any

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.not_action_allow import RULE
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Severity
from tests.unit.gate.granting import QUEUE, allow, deny, said


def _all_but(action: str | list[str], resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "NotAction": action, "Resource": resource, **more}


def test_everything_but_iam_is_high() -> None:
    (finding,) = said(RULE, _all_but(["iam:*", "organizations:*"]))
    assert finding.severity is Severity.HIGH
    assert finding.message.startswith(
        "statement 1 grants every action but `iam:*` and `organizations:*` on every resource: "
    )
    assert "and every action that AWS adds" in finding.message
    assert "`kms:PutKeyPolicy`" in finding.message


def test_what_is_left_in_is_named() -> None:
    (finding,) = said(RULE, _all_but(["iam:Update*", "iam:Create*", "iam:Attach*"]))
    assert "among them `iam:PutRolePolicy`, `iam:PassRole`" in finding.message


def test_it_stands_at_not_action() -> None:
    (finding,) = said(RULE, _all_but("iam:*"))
    assert (finding.location.line, finding.location.column) == (6, 4)


def test_on_a_resource_it_is_medium_and_counts_what_fits() -> None:
    (finding,) = said(RULE, _all_but("sqs:Delete*", QUEUE))
    assert finding.severity is Severity.MEDIUM
    assert "on its resources" in finding.message
    assert "`sqs:AddPermission`" in finding.message


def test_deny_statements_are_honoured() -> None:
    assert not said(RULE, _all_but("iam:*"), deny("*"))
    only_reads = {"Effect": "Deny", "NotAction": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"}
    assert not said(RULE, _all_but("iam:*"), only_reads)
    (finding,) = said(RULE, _all_but("iam:*"), only_reads, persona=Persona.STRICT)
    assert finding.severity is Severity.LOW


def test_a_tag_makes_it_a_matter_for_the_strict() -> None:
    tagged = {"StringEquals": {"aws:ResourceTag/team": "orders"}}
    assert not said(RULE, _all_but("iam:*", Condition=tagged))
    assert said(RULE, _all_but("iam:*", Condition=tagged), persona=Persona.STRICT)


def test_multi_factor_authentication_is_no_limit() -> None:
    assert said(RULE, _all_but("iam:*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))


def test_what_is_unknown_is_no_finding() -> None:
    assert not said(RULE, _all_but(UNKNOWN), persona=Persona.AUDITOR)
    assert not said(RULE, _all_but(["iam:*", f"{UNKNOWN}:*"]), persona=Persona.AUDITOR)
    assert not said(RULE, _all_but("iam:*", Condition={"StringEquals": {UNKNOWN: UNKNOWN}}))


def test_action_and_deny_with_not_action_are_none() -> None:
    assert not said(RULE, allow("*"), persona=Persona.AUDITOR)
    assert not said(RULE, allow("s3:*"), {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"})
