"""The statements of a reader, a writer and a rotator, and their proof."""

import pytest

from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.render import policy_document, render_policy
from secrets_cli.secrets.parameter_name import Place
from secrets_cli.secrets.policies.least_privilege import (
    Covered,
    as_policy,
    reader_statements,
    rotator_statements,
    writer_statements,
)
from secrets_cli.secrets.policies.proof import Duty, Made, Wanted, checked_principal, make
from secrets_cli.secrets.policies.requests import expected_requests

ACCOUNT = "111122223333"
PLACE = Place("aws", "eu-west-1", ACCOUNT)
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ONE = Covered(PLACE, name="/billing/prod/db")
PATH = Covered(PLACE, path="/billing/prod")
EVERYTHING = Covered(PLACE, path="/")
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"


def _actions(policy: Policy) -> set[str]:
    return {action for statement in policy.statements for action in statement.action.values}


def test_the_reader_of_one_parameter_is_as_documented() -> None:
    assert policy_document(as_policy(reader_statements(ONE, (KEY,)))) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReadParameter",
                "Effect": "Allow",
                "Action": "ssm:GetParameter",
                "Resource": f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/billing/prod/db",
            },
            {
                "Sid": "DecryptThroughParameterStore",
                "Effect": "Allow",
                "Action": "kms:Decrypt",
                "Resource": KEY,
                "Condition": {
                    "StringEquals": {
                        "kms:ViaService": "ssm.eu-west-1.amazonaws.com",
                        "kms:EncryptionContext:PARAMETER_ARN": f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/billing/prod/db",
                    }
                },
            },
        ],
    }


def test_what_each_may_and_never_more() -> None:
    assert _actions(as_policy(reader_statements(PATH, (KEY,)))) == {
        "ssm:GetParameter",
        "ssm:GetParameters",
        "ssm:GetParametersByPath",
        "kms:Decrypt",
    }
    assert "ssm:GetParametersByPath" not in _actions(as_policy(reader_statements(PATH, (KEY,), by_path=False)))
    writer = {"ssm:PutParameter", "kms:Encrypt", "kms:GenerateDataKey"}
    assert _actions(as_policy(writer_statements(ONE, (KEY,)))) == writer
    rotator = writer | {"ssm:GetParameter", "ssm:LabelParameterVersion", "kms:Decrypt"}
    assert _actions(as_policy(rotator_statements(ONE, (KEY,)))) == rotator


def test_no_double_slash_and_no_wildcard_in_an_action() -> None:
    for covered in (ONE, PATH, EVERYTHING, Covered(PLACE, name="db")):
        for statements in (reader_statements(covered, (KEY,)), rotator_statements(covered, (KEY,))):
            policy = as_policy(statements)
            assert "parameter//" not in render_policy(policy)
            assert not any("*" in action for action in _actions(policy))
            assert parse_policy(render_policy(policy), "again") == policy


def test_what_is_covered_is_one_thing() -> None:
    for name, path in (("", ""), ("/a", "/a")):
        with pytest.raises(ConfigurationError, match="one parameter or for one path"):
            Covered(PLACE, name=name, path=path)
    with pytest.raises(ConfigurationError, match="no KMS key"):
        reader_statements(ONE, ())


@pytest.mark.parametrize(
    "covered", [ONE, PATH, EVERYTHING, Covered(PLACE, name="db"), Covered(PLACE, path="/a")], ids=str
)
@pytest.mark.parametrize("create_only", [False, True])
@pytest.mark.parametrize("duty", Duty)
@pytest.mark.parametrize("principal", [ROLE, f"arn:aws:iam::{ACCOUNT}:user/ci/bot"])
def test_every_policy_is_proven(covered: Covered, create_only: bool, duty: Duty, principal: str) -> None:
    made = make(Wanted(duty, covered, (KEY, KEY.replace("1234abcd", "ffffabcd")), principal, create_only))
    assert made.holds, [one for one in made.proof if not one.holds]
    assert sum(one.expected.allowed for one in made.proof) >= 3
    assert sum(not one.expected.allowed for one in made.proof) > 40


def _failures(policy: Policy) -> set[str]:
    """What the proof of a reader of ONE says against another policy."""
    from secrets_cli.iam.evaluate import evaluate
    from secrets_cli.iam.request import PolicySet

    requests = expected_requests(ONE, KEY, ROLE, frozenset({"read"}), with_parameter=True)
    return {
        one.what for one in requests if evaluate(one.request, PolicySet(identity=(policy,))).allowed is not one.allowed
    }


@pytest.mark.parametrize(
    ("wider", "found"),
    [
        ({"Action": "ssm:Get*", "Resource": ONE.parameters}, "the parameter: its history, which holds every value"),
        ({"Action": "ssm:GetParameter", "Resource": f"{ONE.parameters}*"}, "a name that begins the same"),
        ({"Action": "ssm:GetParameter", "Resource": ONE.parameters.replace("db", "*")}, "a sibling"),
        (
            {"Action": "ssm:GetParameter", "Resource": ONE.parameters.replace("eu-west-1", "*")},
            "the same name in another region",
        ),
        ({"Action": "ssm:GetParametersByPath", "Resource": "*"}, "everything under `/billing`, above what is covered"),
        ({"Action": "kms:Decrypt", "Resource": KEY}, "the key, called directly"),
        ({"Action": "kms:Decrypt", "Resource": "*"}, "another key, through Parameter Store"),
        ({"Action": "ssm:DescribeParameters", "Resource": "*"}, "the names of all parameters of the account"),
    ],
)
def test_a_policy_a_little_too_wide_fails_the_proof(wider: dict[str, str], found: str) -> None:
    import json

    extra = parse_policy(json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **wider}]}), "wider")
    policy = as_policy((*reader_statements(ONE, (KEY,)), *extra.statements))
    assert not _failures(as_policy(reader_statements(ONE, (KEY,))))
    assert found in _failures(policy)


def test_a_policy_too_narrow_fails_the_proof() -> None:
    assert "the key, through Parameter Store" in _failures(as_policy(reader_statements(ONE, (KEY,))[:1]))


def _across(covered: Covered) -> Made:
    return make(Wanted(Duty.READER, covered, (KEY,), "arn:aws:iam::444455556666:role/theirs"))


def test_another_account_takes_two_policies_more() -> None:
    for covered in (ONE, PATH):
        made = _across(covered)
        assert made.holds
        assert made.parameter_policy is not None
        assert made.key_statement is not None
        assert "ssm:GetParametersByPath" not in _actions(made.policy)
    assert make(Wanted(Duty.READER, ONE, (KEY,), ROLE)).parameter_policy is None


@pytest.mark.parametrize("duty", [Duty.WRITER, Duty.ROTATOR])
def test_another_account_can_only_read(duty: Duty) -> None:
    with pytest.raises(ConfigurationError, match="shared for reading only"):
        make(Wanted(duty, ONE, (KEY,), "arn:aws:iam::444455556666:role/theirs"))


def test_principals() -> None:
    assert checked_principal(ROLE) == ROLE
    assert checked_principal(f"arn:aws:sts::{ACCOUNT}:assumed-role/app/session") == ROLE
    for bad in ("app", "*", f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:iam::{ACCOUNT}:group/g", "lambda.amazonaws.com"):
        with pytest.raises(ConfigurationError, match="not the ARN of a user or role"):
            checked_principal(bad)


def test_china_names_the_service_both_ways() -> None:
    covered = Covered(Place("aws-cn", "cn-north-1", ACCOUNT), name="/a")
    condition = reader_statements(covered, (KEY,))[1].conditions[0]
    assert condition.values == ("ssm.cn-north-1.amazonaws.com", "ssm.cn-north-1.amazonaws.com.cn")
