"""What logs can show of an action, by selectors and without."""

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.usage.selectors import Selectors
from secrets_cli.usage.visibility import (
    Sight,
    State,
    action_visibility,
    caller_pattern,
    contradictions,
    hidden,
    missing_region,
    types_off,
)
from secrets_cli.usage.visibility_calls import calls_behind, marks_of
from secrets_cli.usage.visibility_survey import survey
from tests.unit.usage.made_selectors import (
    advanced_selectors,
    classic,
    classic_selectors,
    data,
    field,
    is_hidden,
    management,
    resources,
    state,
)

V, P, N = State.VISIBLE, State.PARTLY, State.INVISIBLE
S3 = "AWS::S3::Object"

ALL_S3 = classic_selectors(classic(DataResources=[resources(S3, "arn:aws:s3")]))
ONE_BUCKET = classic_selectors(classic(DataResources=[resources(S3, "arn:aws:s3:::orders/")]))
WRITES = classic_selectors(classic("WriteOnly", DataResources=[resources(S3, "arn:aws:s3:::")]))
READS = classic_selectors(classic("ReadOnly", DataResources=[resources(S3, "arn:aws:s3:::")]))
NO_KMS = classic_selectors(classic(ExcludeManagementEventSources=["kms.amazonaws.com", "rdsdata.amazonaws.com"]))
NO_MANAGEMENT = classic_selectors(classic(IncludeManagementEvents=False, DataResources=[resources(S3, "arn:aws:s3")]))
DEFAULT = classic_selectors(classic())
ADVANCED_S3 = advanced_selectors(management(), data(S3))


@pytest.mark.parametrize(
    ("selectors", "action", "expected"),
    [
        (DEFAULT, "ssm:GetParameter", V),
        (DEFAULT, "s3:CreateBucket", V),
        (DEFAULT, "s3:GetObject", N),
        (DEFAULT, "logs:PutLogEvents", N),
        (DEFAULT, "iam:PassRole", V),
        (DEFAULT, "s3:NoSuchAction", N),
        (ALL_S3, "s3:GetObject", V),
        (ALL_S3, "s3:ListBucket", V),
        (ALL_S3, "dynamodb:GetItem", N),
        (ADVANCED_S3, "s3:GetObject", V),
        (ADVANCED_S3, "s3:PutObject", V),
        (ADVANCED_S3, "sqs:SendMessage", N),
        (ONE_BUCKET, "s3:GetObject", P),
        (ONE_BUCKET, "s3:ListBucket", P),
        (WRITES, "s3:PutObject", V),
        (WRITES, "s3:ListBucket", N),
        (WRITES, "s3:GetObject", P),  # a copy is a write
        (WRITES, "ssm:GetParameter", N),
        (WRITES, "ssm:PutParameter", V),
        (WRITES, "kms:Decrypt", N),  # marked as a read, whatever its access level
        (WRITES, "kms:CreateKey", V),
        (WRITES, "sts:AssumeRole", N),
        (WRITES, "iam:PassRole", V),
        (READS, "ssm:GetParameter", V),
        (READS, "ssm:PutParameter", N),
        (READS, "s3:ListBucket", V),
        (READS, "s3:PutObject", N),
        (READS, "iam:PassRole", N),
        (READS, "kms:Decrypt", V),
        (NO_KMS, "kms:Decrypt", N),
        (NO_KMS, "kms:CreateKey", N),
        (NO_KMS, "ssm:GetParameter", V),
        (NO_MANAGEMENT, "ssm:GetParameter", N),
        (NO_MANAGEMENT, "s3:GetObject", V),
        (advanced_selectors(management(field("eventSource", NotEquals=["kms.amazonaws.com"]))), "kms:Decrypt", N),
        (advanced_selectors(management(field("eventSource", Equals=["monitoring.amazonaws.com"]))), "cloudwatch:TagResource", V),
        (advanced_selectors(management(field("readOnly", Equals=["false"]))), "ssm:GetParameter", N),
        (advanced_selectors(management(field("readOnly", Equals=["false"]))), "apigateway:POST", V),
        (advanced_selectors(management(field("sessionCredentialFromConsole", NotEquals=["true"]))), "ssm:GetParameter", P),
        (advanced_selectors(data(S3, field("eventName", Equals=["PutObject", "DeleteObject"]))), "s3:GetObject", N),
        (advanced_selectors(data(S3, field("eventName", Equals=["GetObject"]))), "s3:GetObject", P),  # HeadObject
        (advanced_selectors(data(S3, field("eventName", NotStartsWith=["Head"]))), "s3:PutObject", V),
        (advanced_selectors(data(S3, field("eventName", NotStartsWith=["Head"]))), "s3:GetObject", P),
        (advanced_selectors(data(S3, field("userIdentity.arn", NotEquals=["arn:aws:iam::1:user/x"]))), "s3:GetObject", P),
    ],
)  # fmt: skip
def test_the_state_of_an_action(selectors: Selectors, action: str, expected: State) -> None:
    assert state(action, selectors) is expected


def test_two_selectors_together_show_what_neither_does_alone() -> None:
    reads = data(S3, field("readOnly", Equals=["true"]))
    writes = data(S3, field("readOnly", Equals=["false"]))
    assert state("s3:GetObject", advanced_selectors(reads)) is P
    assert state("s3:GetObject", advanced_selectors(reads, writes)) is V
    assert state("s3:GetObject", advanced_selectors(reads), advanced_selectors(writes)) is V


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("s3:GetObject", "arn:aws:s3:::orders/*", False),
        ("s3:GetObject", "arn:aws:s3:::orders/in/*", False),
        ("s3:GetObject", "arn:aws:s3:::orders*", True),
        ("s3:GetObject", "arn:aws:s3:::other/*", True),
        ("s3:GetObject", "*", True),
        ("s3:ListBucket", "arn:aws:s3:::orders", False),
        ("s3:ListBucket", "arn:aws:s3:::orders-2", True),
        ("s3:CreateBucket", "*", False),
    ],
)
def test_a_bucket_s_selector_shows_that_bucket_alone(action: str, resource: str, expected: bool) -> None:
    assert is_hidden(action, resource, ONE_BUCKET) is expected


TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:app"


@pytest.mark.parametrize(
    ("selectors", "action", "resource", "expected"),
    [
        (resources("AWS::DynamoDB::Table", TABLE), "dynamodb:Query", TABLE, False),
        (resources("AWS::DynamoDB::Table", TABLE), "dynamodb:Query", f"{TABLE}/index/*", False),
        (resources("AWS::DynamoDB::Table", TABLE), "dynamodb:Query", f"{TABLE}-2", True),
        (resources("AWS::DynamoDB::Table", TABLE), "dynamodb:Query", f"{TABLE}*", True),
        (resources("AWS::DynamoDB::Table", "arn:aws:dynamodb"), "dynamodb:Query", "*", False),
        (resources("AWS::Lambda::Function", FUNCTION), "lambda:InvokeFunction", FUNCTION, False),
        (resources("AWS::Lambda::Function", FUNCTION), "lambda:InvokeFunction", f"{FUNCTION}2", True),
        (resources("AWS::Lambda::Function", "arn:aws:lambda"), "lambda:InvokeFunction", "*", False),
    ],
)
def test_tables_and_functions(selectors: dict[str, object], action: str, resource: str, expected: bool) -> None:
    assert is_hidden(action, resource, classic_selectors(classic(DataResources=[selectors]))) is expected


def test_a_copy_counts_only_where_the_principal_may_write_it_somewhere() -> None:
    """A copy out of a covered bucket is recorded on its destination."""
    source = "arn:aws:s3:::orders/*"
    assert not is_hidden("s3:GetObject", source, ONE_BUCKET, grants=lambda action: ())
    assert not is_hidden("s3:GetObject", source, ONE_BUCKET, grants=lambda action: (source,))
    assert is_hidden("s3:GetObject", source, ONE_BUCKET, grants=lambda action: ("arn:aws:s3:::elsewhere/*",))
    assert not is_hidden("s3:GetObject", source, READS, grants=lambda action: ())
    assert is_hidden("s3:GetObject", source, READS, grants=lambda action: (source,))


def test_callers_are_compared_as_records_name_them() -> None:
    role = caller_pattern("arn:aws:iam::123456789012:role/team/app")
    assert role == "arn:aws:sts::123456789012:assumed-role/app/*"
    assert caller_pattern("arn:aws:iam::123456789012:user/x") == "arn:aws:iam::123456789012:user/x"
    known = advanced_selectors(
        data(S3, field("userIdentity.arn", StartsWith=["arn:aws:sts::123456789012:assumed-role/app/"]))
    )
    catalog = load_catalog()
    assert not hidden(Sight(selectors=(known,), caller=role), "s3:GetObject", "*", None, catalog)
    other = Sight(selectors=(known,), caller=caller_pattern("arn:aws:iam::123456789012:role/other"))
    assert "only of callers" in hidden(other, "s3:GetObject", "*", None, catalog)


def test_without_selectors_the_logs_tell() -> None:
    sight = Sight(data_event_types=frozenset({S3}))
    catalog = load_catalog()
    assert action_visibility(sight, "s3:GetObject", catalog).state is V
    assert action_visibility(sight, "ssm:GetParameter", catalog).state is V
    unseen = action_visibility(sight, "dynamodb:GetItem", catalog)
    assert (unseen.state, unseen.type) == (N, "AWS::DynamoDB::Table")
    assert unseen.why == "the logs hold no data events of type AWS::DynamoDB::Table"


def test_a_pattern_that_names_a_region_without_records_is_hidden() -> None:
    sight = Sight(regions=frozenset({"eu-west-1"}))
    assert (
        missing_region(sight, "arn:aws:sqs:us-east-1:123456789012:q") == "the logs hold no record of region us-east-1"
    )
    for resource in ("arn:aws:sqs:eu-west-1:123456789012:q", "arn:aws:sqs:*:*:q", "arn:aws:s3:::b", "*"):
        assert missing_region(sight, resource) == ""
    assert missing_region(Sight(), "arn:aws:sqs:us-east-1:123456789012:q") == ""


def test_types_that_are_off_and_selectors_that_contradict_the_logs() -> None:
    sight = Sight(frozenset({S3, "AWS::SQS::Queue"}), (ONE_BUCKET,))
    assert types_off(sight, {S3, "AWS::DynamoDB::Table"}) == ("AWS::DynamoDB::Table",)
    assert contradictions(sight) == ("AWS::SQS::Queue",)
    assert contradictions(Sight(frozenset({S3}))) == ()


def test_why_names_what_is_logged_instead() -> None:
    catalog = load_catalog()

    def why(selectors: Selectors, action: str) -> str:
        return action_visibility(Sight(selectors=(selectors,)), action, catalog).why

    assert why(WRITES, "ssm:GetParameter") == "management events are logged only where they are writes"
    assert (
        why(NO_KMS, "kms:Decrypt")
        == "management events are logged except from kms.amazonaws.com, rdsdata.amazonaws.com"
    )
    assert why(ONE_BUCKET, "s3:GetObject") == "AWS::S3::Object data events are logged only on arn:aws:s3:::orders/*"
    many = classic_selectors(classic(DataResources=[resources(S3, *(f"arn:aws:s3:::b{n}/" for n in range(7)))]))
    assert why(many, "s3:PutObject").endswith("only on arn:aws:s3:::b0/*, arn:aws:s3:::b1/*, arn:aws:s3:::b2/*, "
                                              "arn:aws:s3:::b3/* and 3 more")  # fmt: skip
    assert why(DEFAULT, "s3:PutObject") == "the selectors log no AWS::S3::Object data events"
    assert why(NO_MANAGEMENT, "ssm:GetParameter") == "the selectors log no management events"


def test_every_action_has_a_call_behind_it() -> None:
    catalog = load_catalog()
    assert all(calls_behind(action, catalog) for action in catalog.all_actions())


@pytest.mark.parametrize(
    ("prefix", "event", "marks"),
    [
        ("ssm", "GetParameters", (True, False)),
        ("dynamodb", "BatchWriteItem", (False, True)),
        ("dynamodb", "TransactGetItems", (True, False)),
        ("dynamodb", "ExecuteStatement", (True, True)),
        ("kms", "GenerateDataKey", (True, False)),
        ("kms", "ScheduleKeyDeletion", (False, True)),
        ("bedrock", "InvokeModel", (True, True)),
        ("lambda", "Invoke", (False, True)),
        ("apigateway", "GET", (True, False)),
        ("apigateway", "PATCH", (False, True)),
        ("x", "lowercase", (True, True)),
    ],
)
def test_reads_and_writes_by_name_where_name_and_access_level_agree(
    prefix: str, event: str, marks: tuple[bool, bool]
) -> None:
    assert marks_of(prefix, event, load_catalog()) == marks


def test_a_survey_counts_every_action_of_a_service() -> None:
    catalog = load_catalog()
    (found,) = survey(Sight(selectors=(ONE_BUCKET,)), catalog, ["S3"])
    assert (found.service, found.state) == ("s3", P)
    assert sum(found.count(state) for state in State) == len(catalog.expand("s3:*"))
    assert sum(count for _, count in found.reasons) == found.count(P) + found.count(N)
