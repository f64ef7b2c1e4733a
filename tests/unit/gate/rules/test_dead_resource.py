"""Cases of `dead-resource`."""

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.dead_resource import RULE
from secrets_cli.severity import Confidence, Severity
from tests.unit.gate.rules.judged import judged, statement

TABLE = "arn:aws:dynamodb:eu-central-1:111122223333:table/orders"
ROLE = "arn:aws:iam::111122223333:role/orders"
BUCKET = "arn:aws:s3:::orders"


@pytest.mark.parametrize(
    ("actions", "resource", "dead"),
    [
        (["s3:ListBucket", "s3:GetObject"], BUCKET, "s3:GetObject"),
        (["s3:ListBucket", "s3:GetObject"], f"{BUCKET}/*", "s3:ListBucket"),
        (["dynamodb:GetItem", "dynamodb:GetRecords"], TABLE, "dynamodb:GetRecords"),
        (["dynamodb:Query", "dynamodb:GetItem"], f"{TABLE}/index/*", "dynamodb:GetItem"),
        (["iam:GetRole", "s3:GetObject"], ROLE, "s3:GetObject"),
        (["ec2:StartInstances", "ec2:DescribeInstances"], "arn:aws:ec2:*:*:instance/i-1", "ec2:DescribeInstances"),
        (["s3:GetObject", "s3:ListAllMyBuckets"], f"{BUCKET}/*", "s3:ListAllMyBuckets"),
        (["logs:CreateLogGroup", "logs:PutLogEvents"], "arn:aws:logs:*:*:log-group:/aws/f", "logs:PutLogEvents"),
        (["iam:GetRole", "s3:Get*"], ROLE, "s3:Get*"),
    ],
)
def test_actions_that_fit_none_of_the_resources_are_found(actions: list[str], resource: str, dead: str) -> None:
    (found,) = judged(RULE, statement(Action=actions, Resource=resource))
    assert found.message.startswith(f"`{dead}` is never asked about")
    assert (found.severity, found.confidence) == (Severity.LOW, Confidence.HIGH)


@pytest.mark.parametrize(
    ("actions", "resources"),
    [
        (["s3:ListBucket", "s3:GetObject"], [BUCKET, f"{BUCKET}/*"]),
        (["s3:ListBucket", "s3:GetObject"], f"{BUCKET}*"),
        (["s3:GetObject", "s3:ListAllMyBuckets"], ["arn:aws:s3:::*"]),
        (["s3:*"], BUCKET),
        (["dynamodb:*"], TABLE),
        (["dynamodb:Get*"], TABLE),
        (["ec2:DescribeInstances", "ec2:StartInstances"], ["arn:aws:ec2:*:*:instance/*", "*"]),
        (["lambda:InvokeFunction"], "arn:aws:lambda:eu-central-1:111122223333:function:f:*"),
        (["ssmmessages:OpenDataChannel"], "arn:aws:ssm:*:*:session/${aws:userid}-*"),
        (["iam:ListRoles", "iam:GetRole"], "arn:aws:iam::111122223333:role/app/*"),
        (["codestar-connections:UseConnection"], "arn:aws:codeconnections:*:*:connection/*"),
        (["sqs:SendMessage", "sqs:NoSuchAction"], "arn:aws:sqs:*:*:orders"),
    ],
)
def test_what_fits_is_not(actions: list[str], resources: object) -> None:
    assert not judged(RULE, statement(Action=actions, Resource=resources))


def test_the_form_that_would_fit_is_told() -> None:
    (found,) = judged(RULE, statement(Action=["s3:ListBucket", "s3:GetObject"], Resource=BUCKET))
    assert f"perhaps `{BUCKET}/*` is meant" in found.evidence[0]


def test_a_statement_of_roles_and_buckets_is_told_as_mixed() -> None:
    (found,) = judged(RULE, statement(Action=["iam:GetRole", "s3:ListBucket"], Resource=[ROLE, BUCKET]))
    assert found.severity is Severity.INFO
    assert "mixes actions and resources" in found.message


def test_a_bucket_and_its_objects_are_a_mix_for_auditors_alone() -> None:
    mixed = statement(Action=["s3:ListBucket", "s3:GetObject"], Resource=[BUCKET, f"{BUCKET}/*"])
    assert not judged(RULE, mixed, Persona.STRICT)
    assert judged(RULE, mixed, Persona.AUDITOR)


def test_resources_without_an_action_are_for_strict_readers() -> None:
    useless = statement(Action="s3:ListBucket", Resource=[BUCKET, ROLE])
    assert not judged(RULE, useless)
    (found,) = judged(RULE, useless, Persona.STRICT)
    assert found.message.startswith(f"`{ROLE}` is no resource")
    assert found.fix is not None


def test_where_the_published_tables_leave_a_doubt_auditors_are_told() -> None:
    doubtful = statement(
        Action=["ssm:GetDocument", "ssm:GetCommandInvocation"], Resource="arn:aws:ssm:*:*:document/AWS-RunScript"
    )
    assert not judged(RULE, doubtful, Persona.STRICT)
    (found,) = judged(RULE, doubtful, Persona.AUDITOR)
    assert found.confidence is Confidence.LOW


def test_a_whole_statement_is_another_rules() -> None:
    assert not judged(RULE, statement(Action="s3:GetObject", Resource=BUCKET), Persona.AUDITOR)


def test_what_is_excepted_is_not_judged() -> None:
    assert not judged(RULE, statement(Resource=None, NotResource=BUCKET, Action=["s3:GetObject", "iam:GetRole"]))
    assert not judged(RULE, statement(Action=None, NotAction="s3:GetObject", Resource=BUCKET))


def test_a_deny_that_misses_its_resource_is_worse() -> None:
    (found,) = judged(RULE, statement(Effect="Deny", Action=["s3:ListBucket", "s3:GetObject"], Resource=BUCKET))
    assert found.severity is Severity.MEDIUM


def test_resources_that_are_not_known_yet_fit() -> None:
    from tests.unit.gate.judging import findings_in

    text = (
        'resource "aws_iam_policy" "p" {\n  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow",\n'
        '    Action = ["s3:GetObject", "s3:ListBucket"], Resource = [data.x.y.arn, "${aws_s3_bucket.b.arn}/x"] }] })\n}\n'
    )
    assert not findings_in(text, "main.tf", [RULE])
