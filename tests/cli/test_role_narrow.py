"""`role narrow` as its callers see it: streams, exit codes, files, and every way its input can be bad."""

import gzip
import json
from pathlib import Path

import jsonschema
import pytest

from secrets_cli.demo.orders import ROLE_ARN
from secrets_cli.demo.walkthrough import DemoInputs, prepare
from tests.conftest import RunCli

USER = "arn:aws:iam::123456789012:user/dev"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoInputs:
    """The demo's logs, policies and configuration."""
    return prepare(tmp_path_factory.mktemp("demo") / "demo")


def words(inputs: DemoInputs, *more: str) -> list[str]:
    """A whole command line on the demo's files."""
    policies = [word for path in inputs.policies for word in ("--policy", str(path))]
    configuration = ["--function-config", str(inputs.function_configuration)]
    return [
        "role",
        "narrow",
        "--logs",
        str(inputs.logs.folder),
        "--principal",
        ROLE_ARN,
        *policies,
        *configuration,
        *more,
    ]


def event(name: str = "GetObject", source: str = "s3.amazonaws.com", **more: object) -> dict[str, object]:
    """A record of USER, as small as one can be."""
    return {
        "eventVersion": "1.11",
        "userIdentity": {"type": "IAMUser", "arn": USER, "accountId": "123456789012", "userName": "dev"},
        "eventTime": "2026-03-01T08:00:00Z",
        "eventSource": source,
        "eventName": name,
        "awsRegion": "eu-west-1",
        "requestParameters": {"bucketName": "files", "key": "a"},
        "eventID": "11111111-2222-3333-4444-555555555555",
        "eventType": "AwsApiCall",
        "managementEvent": False,
        "eventCategory": "Data",
        **more,
    }


class Case:
    """A log folder and a policy of USER, to break."""

    def __init__(self, folder: Path) -> None:
        self.logs = folder / "logs"
        self.logs.mkdir()
        self.policy = folder / "policy.json"
        self.write_policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
        self.write_log("good.json", [event()])

    def write_policy(self, *statements: object) -> None:
        """The present policy."""
        self.policy.write_text(json.dumps({"Version": "2012-10-17", "Statement": statements}), encoding="utf-8")

    def write_log(self, name: str, records: list[dict[str, object]]) -> Path:
        """A log file of these records."""
        path = self.logs / name
        data = json.dumps({"Records": records}).encode()
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    def words(self, *more: str) -> list[str]:
        """The command line."""
        return ["role", "narrow", "--logs", str(self.logs), "--principal", USER, "--policy", str(self.policy), *more]


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A case that narrows well."""
    return Case(tmp_path)


def test_text_puts_the_policy_on_stdout_and_the_report_on_stderr(cli: RunCli, demo: DemoInputs) -> None:
    ran = cli(*words(demo))
    assert ran.code == 0
    assert {s["Effect"] for s in json.loads(ran.out)["Statement"]} == {"Allow"}
    for part in (
        "Actions granted",
        "proven",
        "observed requests are allowed",
        "could not be seen",
        "Asked for, denied",
    ):
        assert part in ran.err


def test_json_is_what_its_schema_says(cli: RunCli, demo: DemoInputs, checkout: Path) -> None:
    ran = cli(*words(demo, "--format", "json", "--quiet"))
    document = json.loads(ran.out)
    schema = json.loads((checkout / "docs/schemas/narrowing-1.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    assert ran.err == ""
    assert document["proof"]["contained"]["verdict"] == "contained"
    assert document["proof"]["replay"]["requests"] == document["proof"]["replay"]["allowed"] > 0
    assert document["summary"]["actions_before"] > document["summary"]["actions_after"] > 0
    sids = [s["Sid"] for p in document["policies"] for s in p["Statement"]]
    assert [s["sid"] for s in document["statements"]] == sids


def test_the_same_input_gives_the_same_bytes(cli: RunCli, demo: DemoInputs) -> None:
    assert cli(*words(demo, "--format", "json")).out == cli(*words(demo, "--format", "json")).out


def test_out_writes_the_policy_and_the_evidence(cli: RunCli, demo: DemoInputs, tmp_path: Path) -> None:
    ran = cli(*words(demo, "--out", str(tmp_path / "new")))
    assert (ran.code, ran.out) == (0, "")
    names = ["narrowing.html", "narrowing.json", "narrowing.md", "policy.json"]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == names
    assert json.loads((tmp_path / "new/policy.json").read_text(encoding="utf-8"))["Version"] == "2012-10-17"


@pytest.mark.parametrize(
    ("format_", "begins"), [("markdown", "<!-- secrets-cli role narrow -->\n"), ("html", "<!DOCTYPE html>\n")]
)
def test_a_report_for_people_goes_to_stdout_as_it_goes_to_the_folder(
    cli: RunCli, demo: DemoInputs, tmp_path: Path, format_: str, begins: str
) -> None:
    ran = cli(*words(demo, "--format", format_, "--out", str(tmp_path), "--quiet"))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(begins)
    suffix = {"markdown": "md", "html": "html"}[format_]
    assert (tmp_path / f"narrowing.{suffix}").read_text(encoding="utf-8") == ran.out


@pytest.mark.parametrize("format_", ["markdown", "html"])
def test_a_report_of_what_is_not_narrowed_is_whole_too(cli: RunCli, case: Case, format_: str) -> None:
    case.write_policy({"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"})
    ran = cli(*case.words("--format", format_))
    assert ran.code == 20
    assert "not proven" in ran.out.lower()
    case.write_log("bad.json", [event(eventName=None)])
    ran = cli(*case.words("--format", format_))
    assert ran.code == 21
    assert "not narrowed" in ran.out.lower()
    assert "bad.json#1" in ran.out


def test_json_tells_what_stands_behind_each_statement(cli: RunCli, demo: DemoInputs) -> None:
    document = json.loads(cli(*words(demo, "--format", "json")).out)
    by_sid = {one["sid"]: one for one in document["statements"]}
    objects = by_sid["S3ReadWriteOrdersDevFilesObjects"]
    assert sum(call["events"] for call in objects["evidence"]["calls"]) == objects["evidence"]["events"]
    assert {call["rule"] for call in objects["evidence"]["calls"]} == {
        "s3-get-object",
        "s3-head-object",
        "s3-put-object",
    }
    assert [pattern["stands_for"] for pattern in objects["patterns"]] == [117, 112]
    assert [one["action"] for one in document["asked_for"]] == ["iam:CreateUser", "s3:DeleteBucket"]
    assert [one["allowed_now"] for one in document["asked_for"]] == [False, True]
    assert document["removed"][0]["risk"] == "opens-to-others"
    assert len({one["day"] for one in document["days"]}) == 14


def test_a_policy_that_does_not_allow_what_was_seen_is_not_narrowed(cli: RunCli, case: Case, tmp_path: Path) -> None:
    case.write_policy({"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"})
    ran = cli(*case.words("--out", str(tmp_path / "new")))
    assert ran.code == 20
    assert "no statement of the present policies allows it" in " ".join(ran.err.split())
    assert not (tmp_path / "new").exists()
    document = json.loads(cli(*case.words("--format", "json")).out)
    assert document["policies"] == []
    assert document["proof"]["replay"]["denied"][0]["action"] == "s3:GetObject"


def test_a_principal_that_never_appears_is_undecided(cli: RunCli, case: Case) -> None:
    line = case.words("--format", "json")
    line[line.index(USER)] = "arn:aws:iam::123456789012:user/nobody"
    ran = cli(*line)
    assert ran.code == 21
    assert "never appears" in json.loads(ran.out)["blocked"]


def broken_gzip(case: Case) -> str:
    path = case.write_log("bad.json.gz", [event()] * 50)
    path.write_bytes(path.read_bytes()[:-40])
    return "truncated"


def wrong_json(case: Case) -> str:
    (case.logs / "bad.json").write_text('{"Records": [{]}', encoding="utf-8")
    return "not JSON"


def no_cloudtrail(case: Case) -> str:
    (case.logs / "bad.json").write_text('{"configurationItems": []}', encoding="utf-8")
    return "no CloudTrail"


def no_event_name(case: Case) -> str:
    broken = event(userIdentity={"type": "IAMUser", "arn": USER})
    del broken["eventName"]
    case.write_log("bad.json", [event(), broken])
    return "eventName"


def odd_field(case: Case) -> str:
    case.write_log("bad.json", [event(userIdentity="somebody")])
    return "userIdentity"


def empty_file(case: Case) -> str:
    (case.logs / "bad.json").write_bytes(b"")
    return "empty"


def unreadable(case: Case) -> str:
    (case.logs / "bad.json").symlink_to(case.logs / "gone.json")
    return "leads nowhere"


@pytest.mark.parametrize(
    "break_it", [broken_gzip, wrong_json, no_cloudtrail, no_event_name, odd_field, empty_file, unreadable]
)
def test_evidence_that_cannot_be_read_blocks_until_it_is_accepted(cli: RunCli, case: Case, break_it: object) -> None:
    assert callable(break_it)
    expected = break_it(case)
    ran = cli(*case.words("--format", "json"))
    document = json.loads(ran.out)
    assert ran.code == 21
    assert document["policies"] == []
    (gap,) = document["gaps"]
    assert "bad.json" in gap["name"]
    assert expected in gap["reason"]
    accepted = cli(*case.words("--format", "json", "--accept-gap", gap["name"]))
    assert accepted.code == 0
    assert json.loads(accepted.out)["gaps"][0]["accepted"] is True


def test_other_json_beside_what_cloudtrail_delivered_does_not_block(cli: RunCli, case: Case) -> None:
    delivered = case.logs / "AWSLogs/123456789012/CloudTrail/eu-west-1/2026/03/01"
    delivered.mkdir(parents=True)
    (case.logs / "good.json").rename(delivered / "good.json")
    no_cloudtrail(case)
    ran = cli(*case.words("--format", "json"))
    assert ran.code == 0
    assert json.loads(ran.out)["gaps"] == []
    scanned = json.loads(cli("usage", "scan", str(case.logs), "--format", "json").out)
    assert scanned["coverage"]["ignored"] == ["bad.json"]
    assert scanned["coverage"]["rejected"] == []


def test_a_damaged_log_beside_what_cloudtrail_delivered_blocks(cli: RunCli, case: Case) -> None:
    delivered = case.logs / "AWSLogs/123456789012/CloudTrail/eu-west-1/2026/03/01"
    delivered.mkdir(parents=True)
    (case.logs / "good.json").rename(delivered / "good.json")
    (case.logs / "bad.json").write_text(json.dumps({"Recrods": [event()]}), encoding="utf-8")
    ran = cli(*case.words("--format", "json"))
    assert ran.code == 21
    assert [gap["name"] for gap in json.loads(ran.out)["gaps"]] == ["bad.json"]


def test_a_broken_record_of_somebody_else_does_not_block(cli: RunCli, case: Case) -> None:
    other = event(userIdentity={"type": "IAMUser", "arn": USER + "2", "accountId": "123456789012"})
    del other["eventName"]
    case.write_log("bad.json", [other])
    ran = cli(*case.words("--format", "json"))
    assert ran.code == 0
    assert json.loads(ran.out)["gaps"][0]["blocks"] is False


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("{", 4, "policy.json:1:"),
        ("[]", 4, "policy.json"),
        ('{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*"}]}', 4, "policy.json:1:"),
        ('{"Version": "2012-10-17", "Statment": []}', 4, "policy.json:1:"),
        ("\xff", 4, "policy.json"),
        ("[" * 100_000, 4, "policy.json"),
    ],
    ids=["cut off", "a list", "no resource", "a typing error", "latin-1", "too deep"],
)
def test_a_malformed_policy_is_refused_with_its_place(cli: RunCli, case: Case, text: str, code: int, says: str) -> None:
    case.policy.write_bytes(text.encode("latin-1"))
    ran = cli(*case.words())
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("error: ")
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_missing_files_and_empty_folders(cli: RunCli, case: Case, tmp_path: Path) -> None:
    case.policy.unlink()
    assert cli(*case.words()).code == 2
    case.write_policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    (case.logs / "good.json").unlink()
    assert cli(*case.words()).code == 3
    case.logs.rmdir()
    ran = cli(*case.words())
    assert ran.code == 3
    assert "help: " in ran.err


def test_a_malformed_configuration_is_refused(cli: RunCli, case: Case, tmp_path: Path) -> None:
    configuration = tmp_path / "f.json"
    configuration.write_text("{}", encoding="utf-8")
    ran = cli(*case.words("--function-config", str(configuration)))
    assert ran.code == 4
    assert "f.json" in ran.err


def test_a_folder_that_cannot_be_written_loses_nothing(cli: RunCli, case: Case, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    ran = cli(*case.words("--out", str(tmp_path / "file")))
    assert ran.code == 2
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_an_action_the_catalog_does_not_know_is_a_warning(cli: RunCli, case: Case) -> None:
    case.write_policy({"Effect": "Allow", "Action": ["s3:*", "newservice:DoThing"], "Resource": "*"})
    ran = cli(*case.words())
    assert ran.code == 0
    assert "knows no action" in ran.err


def test_an_event_no_rule_knows_blocks(cli: RunCli, case: Case) -> None:
    case.write_log("new.json", [event("FrobnicateObject")])
    ran = cli(*case.words("--format", "json"))
    assert ran.code == 21
    assert json.loads(ran.out)["gaps"][0]["name"] == "unknown-event:s3.amazonaws.com:FrobnicateObject"


def test_a_denied_call_is_listed_with_its_event(cli: RunCli, case: Case) -> None:
    denied = event("DeleteObject", errorCode="AccessDenied", errorMessage="Access Denied", eventID="denied-1")
    case.write_log("denied.json", [denied])
    document = json.loads(cli(*case.words("--format", "json")).out)
    assert document["denied_events"] == [
        {
            "event_name": "DeleteObject",
            "event_id": "denied-1",
            "action": "s3:DeleteObject",
            "resource": "arn:aws:s3:::files/a",
        }
    ]
    assert "s3:DeleteObject" not in json.dumps(document["policies"])
