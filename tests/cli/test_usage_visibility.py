"""`usage visibility` and the options of `role narrow` that say what logs can show, as their callers see them."""

import json
from pathlib import Path

import jsonschema
import pytest

from secrets_cli.aws.target import Connection
from secrets_cli.cli.sight_files import last_accessed_of
from secrets_cli.demo.orders import ROLE_ARN
from secrets_cli.demo.walkthrough import DemoInputs, prepare
from secrets_cli.errors import ConfigurationError
from tests.conftest import RunCli
from tests.unit.usage.made_selectors import TRAIL, classic, resources


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoInputs:
    """The demo's logs, policies and configuration."""
    return prepare(tmp_path_factory.mktemp("demo") / "demo")


@pytest.fixture
def selectors(tmp_path: Path) -> Path:
    """A trail that logs one bucket's objects and no KMS call."""
    orders = resources("AWS::S3::Object", "arn:aws:s3:::orders-dev-files/")
    selector = classic(DataResources=[orders], ExcludeManagementEventSources=["kms.amazonaws.com"])
    path = tmp_path / "selectors.json"
    path.write_text(json.dumps({"TrailARN": TRAIL, "EventSelectors": [selector]}), encoding="utf-8")
    return path


def narrow(inputs: DemoInputs, *more: str) -> list[str]:
    """A command line that narrows the demo's role."""
    policies = [word for path in inputs.policies for word in ("--policy", str(path))]
    logs = str(inputs.logs.folder)
    return ["role", "narrow", "--logs", logs, "--principal", ROLE_ARN, *policies, "--format", "json", *more]


def test_the_table_says_what_is_logged_and_what_is_not(cli: RunCli, selectors: Path, demo: DemoInputs) -> None:
    ran = cli("usage", "visibility", "--selectors", str(selectors), "--logs", str(demo.logs.folder))
    assert (ran.code, ran.err) == (0, "")
    for line in (
        f"Selectors of {TRAIL} log",
        "  management events, not from kms.amazonaws.com",
        "  AWS::S3::Object data events, on arn:aws:s3:::orders-dev-files/*",
        "the selectors log no AWS::DynamoDB::Table data events",
        "management events are logged except from kms.amazonaws.com",
        "other services: every action is visible",
        "! the logs hold AWS::DynamoDB::Table data events, which the selectors do not log",
    ):
        assert line in ran.out
    assert "eu-west-1: " in ran.out


def test_a_service_is_listed_action_by_action(cli: RunCli, selectors: Path) -> None:
    out = cli("usage", "visibility", "--selectors", str(selectors), "--service", "s3", "--service", "KMS").out
    lines = {line.split()[0]: line for line in out.splitlines() if line and ":" in line.split()[0]}
    assert lines["s3:CreateBucket"].split()[1] == "visible"
    assert lines["s3:GetObject"].split()[1] == "partly"
    assert lines["kms:Decrypt"].split()[1] == "invisible"
    assert "dynamodb:" not in out


@pytest.mark.parametrize("more", [(), ("--service", "s3")])
def test_the_document_is_what_its_schema_says(
    cli: RunCli, selectors: Path, demo: DemoInputs, checkout: Path, more: tuple[str, ...]
) -> None:
    words = ["usage", "visibility", "--selectors", str(selectors), "--logs", str(demo.logs.folder), *more]
    document = json.loads(cli(*words, "--format", "json").out)
    schema = json.loads((checkout / "docs/schemas/usage-visibility-1.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    by_service = {service["service"]: service for service in document["services"]}
    assert by_service["s3"]["state"] == "partly"
    assert (document["basis"], document["coverage"]["days_without_records"]) == ("selectors", [])
    assert ("actions" in by_service["s3"]) == bool(more)


def test_a_policy_limits_the_table_to_its_services(cli: RunCli, selectors: Path, tmp_path: Path) -> None:
    path = tmp_path / "policy.json"
    words = ["usage", "visibility", "--selectors", str(selectors), "--policy", str(path), "--format", "json"]
    statement = {"Effect": "Allow", "Action": ["s3:Get*", "sqs:SendMessage", "no-such:Thing"], "Resource": "*"}
    path.write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), encoding="utf-8")
    assert [service["service"] for service in json.loads(cli(*words).out)["services"]] == ["s3", "sqs"]
    path.write_text(
        json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Effect": "Deny"}]}), encoding="utf-8"
    )
    ran = cli(*words)
    assert ran.code == 3
    assert "the policies grant no action that the catalog knows" in ran.err


def test_logs_alone_tell_by_the_data_events_they_hold(cli: RunCli, demo: DemoInputs) -> None:
    words = ["usage", "visibility", "--logs", str(demo.logs.folder), "--service", "dynamodb", "--service", "sqs"]
    document = json.loads(cli(*words, "--format", "json").out)
    actions = {a["action"]: a for service in document["services"] for a in service["actions"]}
    assert document["basis"] == "logs"
    assert actions["dynamodb:GetItem"]["state"] == "visible"
    assert actions["sqs:SendMessage"]["why"] == "the logs hold no data events of type AWS::SQS::Queue"


def test_a_trail_is_asked(cli: RunCli, aws: Connection, demo: DemoInputs) -> None:
    aws.client("s3").create_bucket(Bucket="trail-logs")
    client = aws.client("cloudtrail")
    client.create_trail(Name="main", S3BucketName="trail-logs", IsMultiRegionTrail=True)
    client.put_event_selectors(TrailName="main", EventSelectors=[classic()])
    ran = cli("usage", "visibility", "--trail", "main")
    assert ran.code == 0
    assert "Trail main: every region, NOT LOGGING, to s3://trail-logs" in ran.out
    assert "NO DATA EVENTS" in ran.out
    document = json.loads(cli("usage", "visibility", "--trail", "main", "--format", "json").out)
    assert [trail["logging"] for trail in document["trails"]] == [False]
    narrowed = json.loads(cli(*narrow(demo, "--trail", "main")).out)
    assert narrowed["visibility"]["selectors"] == [document["trails"][0]["arn"]]


def test_narrowing_by_selectors_shouts(cli: RunCli, selectors: Path, demo: DemoInputs, checkout: Path) -> None:
    words = narrow(demo, "--selectors", str(selectors))
    document = json.loads(cli(*words).out)
    jsonschema.validate(document, json.loads((checkout / "docs/schemas/narrowing-1.json").read_text(encoding="utf-8")))
    off = {item["type"] for item in document["visibility"]["data_events_off"]}
    assert "AWS::DynamoDB::Table" in off
    assert "AWS::S3::Object" not in off
    assert document["warnings"][0].startswith("DATA EVENTS ARE OFF for ")
    assert {"s3:GetObject", "dynamodb:Scan", "kms:Decrypt"} <= {item["action"] for item in document["invisible"]}
    assert all(item["reason"].startswith("unused: visible and not used in 14 days in ") for item in document["removed"])
    text = cli(*[word for word in words if word not in ("--format", "json")]).err
    assert text.index("DATA EVENTS ARE OFF") < text.index("Actions granted")


def test_last_accessed_data_of_another_principal_are_refused(cli: RunCli, tmp_path: Path, demo: DemoInputs) -> None:
    other = "arn:aws:iam::123456789012:role/other"
    path = tmp_path / "last.json"
    seen = {"ServiceNamespace": "s3", "LastAuthenticated": "2026-09-20T00:00:00Z", "LastAuthenticatedEntity": other}
    path.write_text(json.dumps({"JobStatus": "COMPLETED", "ServicesLastAccessed": [seen]}), encoding="utf-8")
    ran = cli(*narrow(demo, "--last-accessed", str(path)))
    assert (ran.code, ran.out) == (2, "")
    assert f"is about `{other}`, not about `{ROLE_ARN}`" in ran.err


def test_each_report_finds_its_principal(tmp_path: Path) -> None:
    one, two = (f"arn:aws:iam::123456789012:role/{name}" for name in ("one", "two"))

    def report(name: str, *entities: str) -> Path:
        services = [{"ServiceNamespace": f"s{n}", "LastAuthenticatedEntity": arn} for n, arn in enumerate(entities)]
        path = tmp_path / name
        path.write_text(json.dumps({"JobStatus": "COMPLETED", "ServicesLastAccessed": services}), encoding="utf-8")
        return path

    of_one, of_two, of_nobody = report("1.json", one), report("2.json", two, two), report("0.json")
    found = last_accessed_of([of_two, of_one], [one, two])
    assert {arn: Path(each.name) for arn, each in found.items()} == {one: of_one, two: of_two}
    assert last_accessed_of([of_nobody], [one]).keys() == {one}
    for files, said in (
        ([of_nobody], "names nobody"),
        ([of_one, of_one], "is the second report on"),
        ([report("3.json", one, two)], "is about `"),
    ):
        with pytest.raises(ConfigurationError, match=said):
            last_accessed_of(files, [one, two])


def test_last_accessed_data_stand_in_the_report(cli: RunCli, tmp_path: Path, demo: DemoInputs) -> None:
    path = tmp_path / "last.json"
    sqs = {"ServiceNamespace": "sqs", "TotalAuthenticatedEntities": 0}
    path.write_text(json.dumps({"JobStatus": "COMPLETED", "ServicesLastAccessed": [sqs]}), encoding="utf-8")
    words = narrow(demo, "--last-accessed", str(path))
    document = json.loads(cli(*words).out)
    said = {item["action"]: item["last_accessed"] for item in document["invisible"]}
    assert said["sqs:SendMessage"].startswith("IAM saw no attempt to use sqs")
    assert said["sns:Publish"] is None
    text = cli(*[word for word in words if word not in ("--format", "json")]).err
    assert "not accessed, so likely safe to drop: --drop-invisible sqs" in text


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "nothing says what is logged"),
        (("--selectors", "absent.json"), 2, "there is no file `absent.json`"),
        (("--service", "nope"), 2, "nothing says what is logged"),
    ],
)
def test_what_cannot_be_answered(cli: RunCli, words: tuple[str, ...], code: int, said: str) -> None:
    ran = cli("usage", "visibility", *words)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err


def test_a_service_that_is_not_known_and_a_file_that_is_no_selectors(cli: RunCli, selectors: Path) -> None:
    ran = cli("usage", "visibility", "--selectors", str(selectors), "--service", "nope")
    assert ran.code == 2
    assert "the catalog knows no service `nope`" in ran.err
    selectors.write_text("{}", encoding="utf-8")
    ran = cli("usage", "visibility", "--selectors", str(selectors))
    assert ran.code == 4
    assert "has neither `EventSelectors` nor `AdvancedEventSelectors`" in ran.err
