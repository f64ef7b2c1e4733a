"""`--since`, `--until`, `--days`, `--generalize` and `--holdout` of `role narrow` and `usage scan`."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import RunCli

USER = "arn:aws:iam::123456789012:user/dev"


def event(day: int, key: str) -> dict[str, object]:
    """A GetObject of USER on a day of March."""
    return {
        "eventVersion": "1.11",
        "userIdentity": {"type": "IAMUser", "arn": USER, "accountId": "123456789012", "userName": "dev"},
        "eventTime": f"2026-03-{day:02}T08:00:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "awsRegion": "eu-west-1",
        "requestParameters": {"bucketName": "files", "key": key},
        "eventID": f"11111111-2222-3333-4444-{day:012}",
        "eventType": "AwsApiCall",
        "managementEvent": False,
        "eventCategory": "Data",
    }


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    """The command line on ten days of logs: one new key a day."""
    records = [event(day, f"in/{day}.csv") for day in range(1, 11)]
    (tmp_path / "log.json").write_text(json.dumps({"Records": records}), encoding="utf-8")
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    present = tmp_path / "policy.json"
    present.write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), encoding="utf-8")
    logs = ["--logs", str(tmp_path / "log.json")]
    return ["role", "narrow", *logs, "--principal", USER, "--policy", str(present), "--format", "json"]


def resources(document: dict[str, Any]) -> list[str]:
    """The resources of the one statement that was used."""
    found = document["policies"][0]["Statement"][0]["Resource"]
    return [found] if isinstance(found, str) else found


def test_records_outside_the_window_are_no_usage(cli: RunCli, words: list[str], checkout: Path) -> None:
    ran = cli(*words, "--since", "2026-03-03", "--until", "2026-03-04")
    assert ran.code == 0, ran.err
    document = json.loads(ran.out)
    assert resources(document) == ["arn:aws:s3:::files/in/3.csv", "arn:aws:s3:::files/in/4.csv"]
    jsonschema.validate(document, json.loads((checkout / "docs/schemas/narrowing-1.json").read_text(encoding="utf-8")))


def test_a_window_without_the_principal_blocks(cli: RunCli, words: list[str]) -> None:
    ran = cli(*words, "--until", "2026-02-01")
    assert ran.code == 21
    assert "never appears" in json.loads(ran.out)["blocked"]


def test_an_empty_window_is_a_usage_error(cli: RunCli, words: list[str]) -> None:
    ran = cli(*words, "--since", "2026-03-03", "--until", "2026-03-01")
    assert ran.code == 2
    assert "the window is empty" in ran.err


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("none", [f"arn:aws:s3:::files/in/{n}.csv" for n in (1, 10, 2, 3, 4, 5, 6, 7, 8, 9)]),
        ("prefix", ["arn:aws:s3:::files/in/*"]),
        ("auto", ["arn:aws:s3:::files/in/*"]),
    ],
)
def test_resources_are_generalised_by_the_rule_asked_for(
    cli: RunCli, words: list[str], rule: str, expected: list[str]
) -> None:
    assert resources(json.loads(cli(*words, "--generalize", rule).out)) == expected


def test_the_hold_out_says_what_would_have_been_denied(cli: RunCli, words: list[str], checkout: Path) -> None:
    ran = cli(*words, "--generalize", "none", "--holdout", "2026-03-08")
    assert ran.code == 0, ran.err
    document = json.loads(ran.out)
    measure = document["holdout"]
    assert (measure["cut"], measure["earlier_events"], measure["later_events"]) == ("2026-03-08T00:00:00Z", 7, 3)
    assert (measure["denied_events"], [one["events"] for one in measure["denied"]]) == (3, [3])
    assert len(resources(document)) == 10, "the policy itself is of the whole log"
    jsonschema.validate(document, json.loads((checkout / "docs/schemas/narrowing-1.json").read_text(encoding="utf-8")))


def test_the_hold_out_is_told_to_people(cli: RunCli, words: list[str]) -> None:
    ran = cli(*words[:-2], "--generalize", "auto", "--holdout", "30%")
    assert ran.code == 0
    assert "hold-out: a policy made of the 7 events before" in ran.err
    assert "would have denied 0 of the 3 events since (0.0%)" in " ".join(ran.err.split())


def test_a_hold_out_that_is_none_is_a_usage_error(cli: RunCli, words: list[str]) -> None:
    ran = cli(*words, "--holdout", "most")
    assert ran.code == 2
    assert "`--holdout` is no share and no day: `most`" in ran.err


def test_usage_scan_counts_what_is_outside(cli: RunCli, words: list[str]) -> None:
    ran = cli("usage", "scan", words[3], "--since", "2026-03-09", "--format", "json")
    coverage = json.loads(ran.out)["coverage"]
    assert (coverage["records"], coverage["fates"]["used"], coverage["fates"]["outside-window"]) == (10, 2, 8)
    assert coverage["first"] == "2026-03-09T08:00:00Z"
