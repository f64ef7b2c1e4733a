"""`usage scan --coverage asked`: the same uses, and a coverage of the principals' own records."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_usage import checked
from tests.cloudtrail_records import ROLE, delivered, record, role_identity, user_identity
from tests.conftest import RunCli

OTHER = "arn:aws:iam::111122223333:role/other"
RECORDS = (
    record(),
    record(userIdentity=role_identity(OTHER), eventID="2", awsRegion="us-east-1", eventTime="2026-02-01T00:00:00Z"),
    record(errorCode="AccessDenied", eventID="3", eventTime="2026-03-02T00:00:00Z"),
    record(errorCode=["odd"], eventID="4"),
    record(errorCode=["odd"], eventID="5", userIdentity=role_identity(OTHER)),
    record(eventName=..., eventID="6", userIdentity=user_identity()),
)


def scanned(cli: RunCli, folder: Path, *words: str) -> Any:
    ran = cli("usage", "scan", str(folder), "--principal", ROLE, "--format", "json", *words)
    assert (ran.code, ran.err) == (0, "")
    return json.loads(ran.out)


def test_uses_are_the_same_and_coverage_is_of_the_records_of_the_principals(
    cli: RunCli, checkout: Path, tmp_path: Path
) -> None:
    delivered(tmp_path, *RECORDS)
    everybody, asked = scanned(cli, tmp_path), scanned(cli, tmp_path, "--coverage", "asked")
    assert (everybody["coverage"]["of"], asked["coverage"]["of"]) == ("everybody", "asked")
    assert [asked[part] == everybody[part] for part in ("uses", "not_counted", "days")] == [True, True, True]
    assert asked["principals"] == [ROLE]
    coverage = asked["coverage"]
    assert (coverage["files"], coverage["bytes"]) == (1, everybody["coverage"]["bytes"])
    assert coverage["records"] == sum(coverage["fates"].values()) == 3
    assert (coverage["first"], coverage["last"]) == ("2026-03-01T08:00:00Z", "2026-03-02T00:00:00Z")
    assert coverage["regions"] == ["eu-west-1"]
    assert [rejected["principal"] for rejected in coverage["rejected"]] == [ROLE]
    assert coverage["rejected"][0]["where"].endswith("#4")
    checked(checkout, "usage-1", json.dumps(asked))


def test_two_trails_deliver_a_record_once(cli: RunCli, tmp_path: Path) -> None:
    for trail in ("one", "two"):
        delivered(tmp_path / trail, *RECORDS, name="20260301T0805Z_x")
    coverage = scanned(cli, tmp_path, "--coverage", "asked")["coverage"]
    assert coverage["fates"]["duplicate"] == 2
    assert coverage["fates"]["other-principal"] == 0
    assert coverage["records"] == sum(coverage["fates"].values())
    assert {rejected["principal"] for rejected in coverage["rejected"]} == {ROLE}


def test_damage_to_a_file_as_a_whole_is_told(cli: RunCli, tmp_path: Path) -> None:
    delivered(tmp_path, *RECORDS)
    path = delivered(tmp_path, *RECORDS, name="b")
    path.write_bytes(path.read_bytes()[:-9])
    coverage = scanned(cli, tmp_path, "--coverage", "asked")["coverage"]
    assert [("b.json.gz" in one["where"], one["principal"]) for one in coverage["rejected"]] == [
        (False, ROLE),
        (True, None),
    ]


def test_the_report_says_whose_coverage_it_is(cli: RunCli, tmp_path: Path) -> None:
    delivered(tmp_path, *RECORDS)
    words = ("usage", "scan", str(tmp_path), "--principal", ROLE)
    said = "all of this is of the principals asked for alone"
    assert (said in cli(*words).out, said in cli(*words, "--coverage", "asked").out) == (False, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "`--coverage asked` is of principals, and none is named"),
        (("--principal", ROLE, "--store=kept"), "`--store` keeps what everybody did"),
        (("--principal", ROLE, "lookup-events"), "`lookup-events` is asked event by event"),
        (("--principal", ROLE, "--engine", "spark"), "`--coverage` is of the engine `local`"),
    ],
)
def test_what_cannot_be_had_is_refused(cli: RunCli, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    delivered(tmp_path, *RECORDS)
    ran = cli("usage", "scan", str(tmp_path), "--coverage", "asked", *words)
    assert (ran.code, said in ran.err, ran.out) == (2, True, "")
