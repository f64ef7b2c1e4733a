"""`lookup-events` as a source, as its users meet it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.aws import event_history as calls
from secrets_cli.aws.target import Connection
from tests.cli.test_usage_commands import scanned
from tests.conftest import RunCli
from tests.event_history import History
from tests.unit.usage.made_records import ROLE, record, write

WHEN = (datetime.now(UTC) - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture(autouse=True)
def history(monkeypatch: pytest.MonkeyPatch) -> History:
    made = History()
    monkeypatch.setattr(Connection, "client", lambda self, service, *, threads=0: made.client(self, service))
    monkeypatch.setattr(calls, "A_SECOND", 1_000_000)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    made.add(parameter_read(), parameter_read(eventID="e-2"))
    return made


def parameter_read(**fields: Any) -> dict[str, Any]:
    call = {"eventSource": "ssm.amazonaws.com", "eventName": "GetParameter", "requestParameters": {"name": "/p"}}
    kind = {"eventCategory": "Management", "managementEvent": True, "resources": None, "eventTime": WHEN}
    return record(**(call | kind | fields))


def test_all_enabled_regions_are_asked(cli: RunCli, history: History) -> None:
    document = scanned(cli, "lookup-events", "--days", "3", "--quiet")
    (use,) = document["uses"]
    assert (use["action"], use["count"]) == ("ssm:GetParameter", 2)
    coverage = document["coverage"]
    assert [asked["region"] for asked in coverage["event_history"]] == ["eu-west-1", "us-east-1"]
    assert (coverage["files"], coverage["data_event_types"]) == (0, [])


def test_the_cost_is_said_before_and_the_blind_spot_after(cli: RunCli, history: History) -> None:
    ran = cli("usage", "scan", "lookup-events", "--days", "3", "--lookup-region", "eu-west-1")
    assert ran.code == 0
    assert "at least 4 requests, one for each day of 1 region" in " ".join(ran.err.split())
    assert "2 records in event history: 2 used" in ran.out
    assert "data events are never in it" in " ".join(ran.out.split())
    assert {region for region, _ in history.asked} == {"eu-west-1"}


def test_other_logs_beside_it_are_read_with_a_warning(cli: RunCli, tmp_path: Path) -> None:
    logs = str(write(tmp_path / "a.json", [record(eventTime=WHEN)]))
    ran = cli("usage", "scan", "lookup-events", logs, "--days", "3", "--lookup-region", "eu-west-1")
    assert "3 records in 1 file and event history" in ran.out
    assert "counts twice" in ran.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("logs", "--lookup-region", "eu-west-1"), 2, "`--lookup-region` is about `lookup-events`"),
        (("logs", "--lookup-keep", "x"), 2, "`--lookup-keep` is about `lookup-events`"),
        (("lookup-events", "--until", "2020-01-01"), 2, "holds the 90 days up to now"),
        (("lookup-events", "--until", "2020-01-01", "--lookup-region", "eu-west-1"), 2, "holds the 90 days up to now"),
        (("./lookup-events",), 3, "there is no file or folder `./lookup-events`"),
    ],
)
def test_what_cannot_be_asked_is_said(cli: RunCli, words: tuple[str, ...], code: int, said: str) -> None:
    ran = cli("usage", "scan", *words)
    assert (ran.code, ran.out) == (code, "")
    assert said in " ".join(ran.err.split())


def test_a_denied_list_of_regions_says_how_to_go_without(
    cli: RunCli, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import ClientError

    def denied(self: object) -> None:
        raise ClientError({"Error": {"Code": "UnauthorizedOperation", "Message": "no"}}, "DescribeRegions")

    monkeypatch.setattr("tests.event_history._Client.describe_regions", denied)
    ran = cli("usage", "scan", "lookup-events")
    assert ran.code == 5
    assert "`ec2:DescribeRegions`" in ran.err
    assert "name the regions: `--lookup-region`" in ran.err


@pytest.fixture
def policy(tmp_path: Path) -> str:
    statement = {"Effect": "Allow", "Action": ["ssm:GetParameter", "ssm:PutParameter", "s3:GetObject"], "Resource": "*"}
    path = tmp_path / "policy.json"
    path.write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), encoding="utf-8")
    return str(path)


def test_what_it_cannot_show_stays(cli: RunCli, policy: str) -> None:
    words = ("role", "narrow", "--logs", "lookup-events", "--lookup-region", "eu-west-1", "--days", "3", "--quiet")
    ran = cli(*words, "--principal", ROLE, "--policy", policy, "--format", "json")
    assert ran.code == 0
    document = json.loads(ran.out)
    assert [one["action"] for one in document["invisible"]] == ["s3:GetObject"]
    assert {one["action"] for one in document["removed"]} >= {"ssm:PutParameter"}


def test_a_region_that_refuses_blocks_a_narrowing_until_accepted(cli: RunCli, history: History, policy: str) -> None:
    history.refusals["us-east-1"] = "AccessDeniedException"
    words = (
        "role",
        "narrow",
        "--logs",
        "lookup-events",
        "--days",
        "3",
        "--quiet",
        "--principal",
        ROLE,
        "--policy",
        policy,
    )
    ran = cli(*words)
    assert ran.code == 21
    assert "lookup-events/us-east-1" in ran.err
    assert cli(*words, "--accept-gap", "lookup-events/us-east-1").code == 0


def test_selectors_say_nothing_of_it(cli: RunCli, policy: str, tmp_path: Path) -> None:
    ran = cli("role", "narrow", "--logs", "lookup-events", "--principal", ROLE, "--policy", policy, "--trail", "main")
    assert ran.code == 2
    assert "`lookup-events` never holds data events" in ran.err


def test_holding_out_asks_for_the_parts(cli: RunCli, history: History, policy: str, tmp_path: Path) -> None:
    later = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    history.add(*(parameter_read(eventID=f"n-{n}", eventTime=later) for n in range(9)))
    words = ("role", "narrow", "--logs", "lookup-events", "--lookup-region", "eu-west-1", "--days", "4", "--quiet")
    ran = cli(
        *words, "--principal", ROLE, "--policy", policy, "--holdout", later[:10], "--lookup-keep", str(tmp_path / "k")
    )
    assert ran.code == 0, ran.err
    assert any((tmp_path / "k").rglob("*.json.gz"))


def test_visibility_of_event_history_is_of_no_data_event(cli: RunCli, history: History) -> None:
    words = ("usage", "visibility", "--logs", "lookup-events", "--days", "3", "--quiet", "--format", "json")
    document = json.loads(cli(*words).out)
    assert {one["service"]: one["state"] for one in document["services"]}["s3"] == "partly"
    ran = cli(*words, "--trail", "main")
    assert (ran.code, "never holds data events" in ran.err) == (2, True)
    ran = cli("usage", "visibility", "--trail", "main", "--lookup-region", "eu-west-1")
    assert (ran.code, "which is not among the logs" in ran.err) == (2, True)


def test_an_audit_reads_event_history(cli: RunCli, history: History, tmp_path: Path) -> None:
    role = {"Arn": ROLE, "RoleName": "app", "Path": "/path/", "RoleId": "AROA1", "CreateDate": "2024-01-01T00:00:00Z"}
    trust = {"Version": "2012-10-17", "Statement": []}
    grant = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": "*"}}
    inline = [{"PolicyName": "own", "PolicyDocument": grant}]
    detail = role | {"AssumeRolePolicyDocument": trust, "RolePolicyList": inline, "AttachedManagedPolicies": []}
    account = tmp_path / "account.json"
    account.write_text(json.dumps({"RoleDetailList": [detail], "Policies": []}), encoding="utf-8")
    words = ("role", "audit", "--file", str(account), "--quiet", "--format", "json")
    ran = cli(*words, "--logs", "lookup-events", "--days", "3", "--lookup-region", "us-east-1")
    assert {asked for asked, _ in history.asked} == {"us-east-1"}
    assert json.loads(ran.out)["roles"], ran.err
    refused = cli(*words, "--log-region", "eu-west-1")
    assert (refused.code, "`--log-region` is about logs in S3" in refused.err) == (2, True)
