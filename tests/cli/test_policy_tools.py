"""`policy diff`, `policy expand` and `policy minimize` as their callers see them."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.report.policy_words import LEVELS
from tests.conftest import RunCli

TABLES = "arn:aws:dynamodb:*:*:*"
OLD: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "dynamodb:*", "Resource": TABLES},
        {"Effect": "Allow", "Action": ["sqs:SendMessage", "made:Up"], "Resource": "*"},
    ],
}
NEW: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Lists", "Effect": "Allow", "Action": "dynamodb:ListT*", "Resource": "*"},
        {"Sid": "Orders", "Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": f"{TABLES[:-1]}table/orders"},
        {"Sid": "Send", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"},
    ],
}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, document in (("old.json", OLD), ("new.json", NEW)):
        Path(name).write_text(json.dumps(document, indent=2))
    return tmp_path


def checked(out: str, checkout: Path, name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(out)
    schema = json.loads((checkout / "docs" / "schemas" / f"{name}.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(document)
    return document


def test_diff_as_text(cli: RunCli, files: Path) -> None:
    ran = cli("policy", "diff", "old.json", "new.json")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[:2] == ["old: old.json", "new: new.json"]
    assert "new in old: not contained (widening): dynamodb:ListTables on *" in lines
    statements = lines.index("statements of new, each against all of old")
    assert lines[statements + 1 : statements + 6] == [
        "  Lists: not contained (widening): dynamodb:ListTables on *",
        "    of 2 known actions:",
        "      dynamodb: ListTables, ListTagsOfResource",
        "  Orders: contained",
        "  Send: contained",
    ]
    wider = lines.index("granted wider by new: 2 actions")
    assert lines[wider + 1 : wider + 10] == [
        "  List (1)",
        "    dynamodb: ListTables",
        f"      old: {TABLES}",
        "      new: *",
        "  Read (1)",
        "    dynamodb: ListTagsOfResource",
        f"      old: {TABLES}",
        "      new: *",
        "      new in old: the difference is only on resources that no known request of the action carries",
    ]
    narrower = lines.index("granted narrower by new: 1 action")
    assert lines[narrower + 1 : narrower + 5] == [
        "  Read (1)",
        "    dynamodb: GetItem",
        f"      old: {TABLES}",
        f"      new: {TABLES[:-1]}table/orders",
    ]
    assert any(line.startswith("granted only by old: ") for line in lines)
    assert lines[-1].startswith("catalog 20")


def test_diff_as_json(cli: RunCli, files: Path, checkout: Path) -> None:
    found = checked(cli("policy", "diff", "old.json", "new.json", "--format", "json").out, checkout, "policy-diff-1")
    tables = len(load_catalog().expand("dynamodb:*"))
    summary = found["summary"]
    assert (summary["actions_old"], summary["actions_new"]) == (tables + 2, 4)
    assert summary["changes"] == {
        "only-old": tables - 2,
        "narrower": 1,
        "only-new": 0,
        "wider": 2,
        "different": 0,
        "undecided": 0,
    }
    by_name = {one["action"]: one for one in found["actions"]}
    assert by_name["dynamodb:ListTables"]["new_in_old"]["class"] == "widening"
    assert by_name["dynamodb:ListTagsOfResource"]["new_in_old"]["class"] == "only-where-no-request-is-known"
    assert by_name["made:Up"]["access_level"] is None
    assert by_name["made:Up"]["change"] == "only-old"
    assert [(one["sid"], one["verdict"]) for one in found["statements"]] == [
        ("Lists", "not-contained"),
        ("Orders", "contained"),
        ("Send", "contained"),
    ]


def test_diff_of_a_policy_with_itself(cli: RunCli, files: Path) -> None:
    ran = cli("policy", "diff", "old.json", "old.json")
    assert ran.code == 0
    assert "no known action is granted differently" in ran.out
    assert ran.out.count("contained: proven for all actions") == 2


def test_diff_of_several_policies_a_side(cli: RunCli, files: Path, checkout: Path) -> None:
    ran = cli("policy", "diff", "old.json", "new.json", "--old", "new.json", "--new", "old.json", "--format", "json")
    assert checked(ran.out, checkout, "policy-diff-1")["actions"] == []


def test_expand_as_text(cli: RunCli, files: Path) -> None:
    ran = cli("policy", "expand", "new.json", "old.json")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[:7] == [
        "Lists (Allow, new.json:4:5): 2 known actions",
        "  on *",
        "  List (1)",
        "    dynamodb: ListTables",
        "  Read (1)",
        "    dynamodb: ListTagsOfResource",
        "",
    ]
    assert "statement 2 (Allow, old.json:9:5): 1 known action" in lines
    assert "not known to the catalog: made:Up" in lines


def test_expand_names_the_resources_that_an_action_can_be_on(cli: RunCli, tmp_path: Path, checkout: Path) -> None:
    file = tmp_path / "s3.json"
    bucket = "arn:aws:s3:::b"
    statement = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": [bucket, f"{bucket}/*"]}
    file.write_text(json.dumps({"Version": "2012-10-17", "Statement": statement}))
    found = checked(cli("policy", "expand", str(file), "--format", "json").out, checkout, "policy-expand-1")
    (only,) = found["statements"]
    assert {one["action"]: one["resources"] for one in only["actions"]} == {
        "s3:GetObject": [f"{bucket}/*"],
        "s3:ListBucket": [bucket, f"{bucket}/*"],  # the catalog's pattern of a bucket also matches objects
    }
    assert found["granted"] == {"actions": 2, "by_access_level": {"List": 1, "Read": 1}}
    assert f"      on {bucket}/*" in cli("policy", "expand", str(file)).out.splitlines()


def test_expand_resolves_not_action_and_counts_denies_out(cli: RunCli, tmp_path: Path, checkout: Path) -> None:
    file = tmp_path / "most.json"
    every = {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}
    no_tables = {"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"}
    file.write_text(json.dumps({"Version": "2012-10-17", "Statement": [every, no_tables]}))
    found = checked(cli("policy", "expand", str(file), "--format", "json").out, checkout, "policy-expand-1")
    catalog = load_catalog()
    allowed = len(catalog.all_actions()) - len(catalog.expand("s3:*"))
    assert len(found["statements"][0]["actions"]) == allowed
    assert found["granted"]["actions"] == allowed - len(catalog.expand("dynamodb:*"))
    assert set(found["granted"]["by_access_level"]) <= set(LEVELS)


def test_minimize_writes_the_policy_to_stdout(cli: RunCli, tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    statements = [{"Effect": "Allow", "Action": f"s3:{name}", "Resource": "*"} for name in ("GetObject", "PutObject")]
    file.write_text(json.dumps({"Version": "2012-10-17", "Statement": statements}))
    ran = cli("policy", "minimize", str(file))
    assert ran.code == 0
    assert json.loads(ran.out)["Statement"] == [
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*"}
    ]
    assert ran.err == "154 -> 113 characters, 2 -> 1 statement, proven equal\n"
    assert cli("policy", "minimize", str(file), "--quiet").err == ""


def test_minimize_keeps_get_parameters_by_path(cli: RunCli, tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    names = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": names, "Resource": "*"}]}
    file.write_text(json.dumps(document))
    ran = cli("policy", "minimize", str(file))
    assert json.loads(ran.out) == document
    assert ran.err.endswith("nothing in it can be left out\n")


def test_minimize_as_json_says_what_compact_makes_up(cli: RunCli, tmp_path: Path, checkout: Path) -> None:
    file = tmp_path / "p.json"
    names = load_catalog().expand("sqs:List*")
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": names, "Resource": "*"}]}
    file.write_text(json.dumps(document))
    exact = checked(cli("policy", "minimize", str(file), "--format", "json").out, checkout, "policy-minimize-1")
    assert (exact["shorter"], exact["proven_equal"], exact["wildcards"]) == (False, "for-all-actions", [])
    ran = cli("policy", "minimize", str(file), "--compact", "--format", "json")
    compact = checked(ran.out, checkout, "policy-minimize-1")
    assert (compact["shorter"], compact["proven_equal"], compact["wildcards"]) == (
        True,
        "for-known-actions",
        ["sqs:Lis*"],
    )
    assert "warning: equal for known actions only" in ran.err


def test_minimize_splits_when_asked(cli: RunCli, tmp_path: Path, checkout: Path) -> None:
    file = tmp_path / "p.json"
    keys = [f"arn:aws:s3:::bucket/folder-{number:04}/*" for number in range(400)]
    statement = {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": keys}
    file.write_text(json.dumps({"Version": "2012-10-17", "Statement": statement}))
    whole = cli("policy", "minimize", str(file))
    assert whole.code == 0
    assert "more than AWS allows for a managed policy (6,144)" in whole.err
    assert "more than AWS allows for the inline policies of a role (10,240)" in whole.err
    ran = cli("policy", "minimize", str(file), "--split", "--format", "json")
    found = checked(ran.out, checkout, "policy-minimize-1")
    assert ran.code == 0
    sids = [one["Sid"] for document in found["policies"] for one in document["Statement"]]
    assert sids == ["ReadPart1", "ReadPart2", "ReadPart3", "ReadPart4"]
    assert {one["limit"]: one["passed"] for one in found["limits"]}["managed-policy"] is False
    assert len(json.loads(cli("policy", "minimize", str(file), "--split").out)) == 4


def test_minimize_says_what_no_split_can_do(cli: RunCli, tmp_path: Path, checkout: Path) -> None:
    file = tmp_path / "p.json"
    names = [f"made:GetSomething{number:04}" for number in range(400)]
    statement = {"Sid": "Most", "Effect": "Allow", "NotAction": names, "Resource": "*"}
    file.write_text(json.dumps({"Version": "2012-10-17", "Statement": statement}))
    ran = cli("policy", "minimize", str(file), "--split", "--format", "json")
    assert ran.code == 21
    assert checked(ran.out, checkout, "policy-minimize-1")["too_large"] == [{"sid": "Most", "index": 0}]
    assert "`Most` alone passes the limit and cannot be cut" in ran.err


@pytest.mark.parametrize("words", [("diff", "x.json", "x.json"), ("expand", "x.json"), ("minimize", "x.json")])
def test_a_file_that_is_no_policy_is_malformed(cli: RunCli, files: Path, words: tuple[str, ...]) -> None:
    Path("x.json").write_text('{"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}')
    ran = cli("policy", *words)
    assert (ran.code, ran.out) == (4, "")
    assert "x.json:1:" in ran.err
