"""Cases of `unknown-action`."""

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.catalog.managed_policies import managed_arns, managed_policy
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.unknown_action import RULE
from secrets_cli.gate.unlisted_actions import UNLISTED
from secrets_cli.iam.model import Policy
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Confidence, Severity
from tests.unit.gate.rules.judged import judged, statement


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("sqs:SendMessages", "near it `sqs:SendMessage`"),
        ("sqs:Sned*", "nothing in catalog"),
        ("sqss:SendMessage", "no service `sqss`"),
        ("SQS:sendmessages", "near it `sqs:SendMessage`"),
        ("*:SendMessagesOfOrders", "nothing in catalog"),
    ],
)
def test_names_that_nothing_has_are_found(action: str, told: str) -> None:
    (found,) = judged(RULE, statement(Action=["sqs:SendMessage", action]))
    assert found.severity is Severity.LOW
    assert f"`{action}` matches no known action" in found.message
    assert told in found.evidence[0]


def test_what_aws_names_itself_is_for_the_auditor() -> None:
    written = statement(Action=["securityagent:ListTasks", "SecurityAgent:listcontrols", "securityagent:ListNothing"])
    (found,) = judged(RULE, written)
    assert found.message.startswith("`securityagent:ListNothing` matches no known action")
    (unlisted,) = set(judged(RULE, written, Persona.AUDITOR)) - {found}
    assert "one of AWS's own policies names it" in unlisted.evidence[0]
    assert unlisted.confidence is Confidence.LOW


def test_services_that_were_shut_down_are_found() -> None:
    (found,) = judged(RULE, statement(Action="deeplens:*"))
    assert "no service `deeplens`" in found.evidence[0]


def test_the_list_of_what_no_table_has_is_short_of_what_tables_have() -> None:
    catalog = load_catalog()
    assert [name for name in UNLISTED if catalog.action(name) is not None] == []


def test_the_list_of_what_no_table_has_is_what_managed_policies_name() -> None:
    statements = (one for arn in managed_arns() for one in (managed_policy(arn) or Policy(())).statements)
    named = {value.lower() for one in statements for value in one.action.values}
    assert named >= UNLISTED


@pytest.mark.parametrize("action", ["sqs:SendMessage", "SQS:sendmessage", "sqs:Send*", "*", "s3:*", "*:Tag*", "*:*"])
def test_known_names_in_any_case_and_patterns_are_not(action: str) -> None:
    assert not judged(RULE, statement(Action=action))


@pytest.mark.parametrize("action", [UNKNOWN, f"sqs:{UNKNOWN}", f"{UNKNOWN}:SendMessage", f"nosuch:{UNKNOWN}"])
def test_what_is_not_known_yet_is_no_finding(action: str) -> None:
    document = (
        "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n"
        "        Version: '2012-10-17'\n        Statement:\n          - Effect: Allow\n            Resource: '*'\n"
        f"            Action: !Sub '{action.replace(UNKNOWN, '${Some.Attribute}')}'\n"
    )
    from tests.unit.gate.judging import findings_in

    assert not findings_in(document, "template.yml", [RULE])


def test_in_a_deny_it_is_worse_for_nothing_is_refused() -> None:
    (found,) = judged(RULE, statement(Effect="Deny", Action="sqs:SendMessages"))
    assert found.severity is Severity.MEDIUM
    assert "denies nothing by it" in found.message


def test_one_finding_names_all_of_a_statement_at_its_action() -> None:
    (found,) = judged(RULE, statement(Action=["a:b", "c:d", "sqs:SendMessage"]))
    assert "`a:b` and `c:d` match" in found.message
    assert (found.location.line, len(found.evidence)) == (6, 2)


def test_a_name_with_one_near_one_has_an_unsafe_fix() -> None:
    (found,) = judged(RULE, statement(Action="kms:Decryptt"))
    assert found.fix is not None
    assert not found.fix.safe
