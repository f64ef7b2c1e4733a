"""Cases of `subsumed-statement`."""

import pytest

from secrets_cli.gate.finding import Finding
from secrets_cli.gate.fix import RemoveStatement, ReplaceValues
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.subsumed_statement import RULE
from tests.unit.gate.rules.judged import QUEUE, judged, statement


def strictly(*statements: dict[str, object], name: str = "policy.json") -> tuple[Finding, ...]:
    return judged(RULE, statements, Persona.STRICT, name=name)


@pytest.mark.parametrize(
    ("elements", "needless"),
    [
        ({"Action": ["sqs:Send*", "sqs:SendMessage"]}, "sqs:SendMessage"),
        ({"Action": ["sqs:SendMessage", "SQS:Send*"]}, "sqs:SendMessage"),
        ({"Resource": [QUEUE, f"{QUEUE}*"]}, QUEUE),
        ({"Resource": ["arn:aws:s3:::b/*", "arn:aws:s3:::b/${aws:username}"]}, "arn:aws:s3:::b/${aws:username}"),
    ],
)
def test_values_that_others_cover(elements: dict[str, object], needless: str) -> None:
    (found,) = strictly(statement(**elements))
    assert found.message.startswith(f"`{needless}` is covered")
    assert found.fix is not None
    assert found.fix.safe
    (change,) = found.fix.changes
    assert isinstance(change, ReplaceValues)
    assert (change.old, change.new) == ((needless,), ())


def test_the_same_value_twice_has_no_fix() -> None:
    (found,) = strictly(statement(Action=["sqs:SendMessage", "sqs:SendMessage"]))
    assert found.fix is None


@pytest.mark.parametrize(
    "elements",
    [
        {"Action": ["sqs:SendMessage", "sqs:ReceiveMessage"]},
        {"Action": ["sqs:Send*", "sqs:Receive*"]},
        {"Resource": [QUEUE, QUEUE.replace("orders", "Orders")]},
        {"Resource": ["arn:aws:s3:::b?c", "arn:aws:s3:::b${aws:username}c"]},
    ],
)
def test_values_that_others_do_not_cover(elements: dict[str, object]) -> None:
    assert not strictly(statement(**elements))


def test_a_statement_that_another_covers() -> None:
    (found,) = strictly(statement(Sid="Narrow"), statement(Sid="Wide", Action="sqs:*", Resource=f"{QUEUE}*"))
    assert found.message == "`Narrow` says nothing that `Wide` does not say already"
    assert found.fix is not None
    assert found.fix.changes == (RemoveStatement(found.location),)


def test_of_two_equal_statements_one_is_told() -> None:
    assert len(strictly(statement(Sid="A"), statement(Sid="B"))) == 1


def test_conditions_and_effects_count() -> None:
    tls = {"Bool": {"aws:SecureTransport": "true"}}
    assert not strictly(statement(), statement(Action="sqs:*", Condition=tls))
    assert strictly(statement(Condition=tls), statement(Action="sqs:*"))
    assert not strictly(statement(), statement(Effect="Deny", Action="sqs:*"))
    assert strictly(statement(Effect="Deny"), statement(Effect="Deny", Action="sqs:*"))


def test_principals_count() -> None:
    two = [statement(Principal={"AWS": f"arn:aws:iam::111122223333:role/{name}"}) for name in "ab"]
    assert not strictly(*two, name="policy.resource.json")


def test_what_is_not_known_yet_covers_nothing() -> None:
    from secrets_cli.gate.settings import Settings
    from tests.unit.gate.judging import findings_in

    text = (
        "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n"
        "        Version: '2012-10-17'\n        Statement:\n          - Effect: Allow\n            Action: sqs:SendMessage\n"
        "            Resource: [!GetAtt A.Arn, !GetAtt B.Arn]\n          - Effect: Allow\n            Action: sqs:SendMessage\n"
        "            Resource: !GetAtt C.Arn\n"
    )
    assert not findings_in(text, "template.yml", [RULE], Settings(persona=Persona.STRICT))
