"""The installed command, as its users run it: logs to proof, each output checked by another command or by hand."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.e2e

COMMAND = Path(sys.executable).parent / "secrets-cli"
ROLE = "arn:aws:iam::123456789012:role/orders-dev-ZappaLambdaExecutionRole"
KEY_POLICY = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "kms:*",
        "Resource": "*",
    },
}
"""AWS's default key policy: the account's identity policies decide. Without a key policy nobody may use a key."""


def run(*words: str, expect: int = 0, stdin: str = "") -> str:
    """Run the command outside the checkout; its stdout."""
    ran = subprocess.run(
        [COMMAND, *words], capture_output=True, text=True, input=stdin, cwd="/", check=False, timeout=120
    )
    assert ran.returncode == expect, ran.stderr
    assert "Traceback" not in ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo has run."""
    folder = tmp_path_factory.mktemp("e2e") / "demo"
    run("demo", "--offline", "--out", str(folder))
    return folder


@pytest.fixture(scope="module")
def scanned(demo: Path) -> dict[str, Any]:
    """What `usage scan` says of all principals."""
    found: dict[str, Any] = json.loads(run("usage", "scan", str(demo / "logs"), "--format", "json"))
    return found


@pytest.fixture(scope="module")
def narrowed(demo: Path) -> dict[str, Any]:
    """What `role narrow` says of the app's role."""
    words = ["role", "narrow", "--logs", str(demo / "logs"), "--principal", ROLE, "--format", "json"]
    for policy in ("default-execution.json", "extra-permissions-example.json"):
        words += ["--policy", str(demo / "present" / policy)]
    words += ["--function-config", str(demo / "present" / "function-configuration.json")]
    found: dict[str, Any] = json.loads(run(*words))
    return found


def records_of(demo: Path) -> list[dict[str, Any]]:
    """Every record of the demo's logs, read the slow and plain way."""
    files = sorted((demo / "logs").rglob("*.json.gz"))
    return [record for path in files for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]]


def test_the_scan_accounts_for_every_record(demo: Path, scanned: dict[str, Any]) -> None:
    records = records_of(demo)
    assert scanned["coverage"]["records"] == len(records)
    assert scanned["coverage"]["rejected"] == []
    by_role = [
        r for r in records if r["userIdentity"].get("sessionContext", {}).get("sessionIssuer", {}).get("arn") == ROLE
    ]
    counted = sum(u["count"] for u in scanned["uses"] if u["principal"] == ROLE)
    needless = sum(n["count"] for n in scanned["not_counted"] if n["principal"] == ROLE)
    assert counted + needless >= len(by_role) > 0


def test_explain_and_scan_agree(demo: Path, scanned: dict[str, Any]) -> None:
    explained: dict[tuple[str, str, str], int] = {}
    for path in sorted((demo / "logs").rglob("*.json.gz")):
        for event in json.loads(run("usage", "explain", str(path), "--format", "json"))["events"]:
            for grant in event["grants"]:
                for resource in grant["resources"]:
                    key = (event["principal"], grant["action"], resource)
                    explained[key] = explained.get(key, 0) + 1
        if len(explained) > 60:
            break
    totals: dict[tuple[str, str, str], int] = {}
    for use in scanned["uses"]:
        key = (use["principal"], use["action"], use["resource"])
        totals[key] = totals.get(key, 0) + use["count"]
    assert explained
    assert all(totals.get(key, 0) >= count for key, count in explained.items())


def test_the_narrowed_policies_are_contained_by_another_command(
    demo: Path, narrowed: dict[str, Any], tmp_path: Path
) -> None:
    words = ["policy", "contains", "--format", "json"]
    for policy in ("default-execution.json", "extra-permissions-example.json"):
        words += ["--old", str(demo / "present" / policy)]
    for number, document in enumerate(narrowed["policies"]):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        words += ["--new", str(path)]
    assert json.loads(run(*words))["verdict"] == "contained"


def test_what_was_used_is_allowed_and_what_was_denied_is_not(scanned: dict[str, Any], narrowed: dict[str, Any]) -> None:
    cases, expected = [], {}
    for number, use in enumerate(u for u in scanned["uses"] if u["principal"] == ROLE):
        context = {key: value for block in use["condition"].values() for key, value in block.items()}
        request = {"principal": ROLE, "action": use["action"], "resource": use["resource"], "context": context}
        case = {"id": str(number), "request": request, "identity": narrowed["policies"]}
        if use["action"].startswith("kms:"):
            case["resource_policy"] = KEY_POLICY
        cases.append(json.dumps(case))
        expected[str(number)] = use["outcome"] != "denied"
    answers = [json.loads(line) for line in run("policy", "evaluate", "-", stdin="\n".join(cases)).splitlines()]
    assert {a["id"]: a["decision"] == "Allowed" for a in answers} == expected
    assert set(expected.values()) == {True, False}


def test_the_demo_does_the_same_again(demo: Path) -> None:
    before = {path.name: path.read_bytes() for path in (demo / "narrowed").iterdir()}
    run("demo", "--offline", "--out", str(demo))
    assert {path.name: path.read_bytes() for path in (demo / "narrowed").iterdir()} == before
