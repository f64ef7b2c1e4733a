"""`role apply`, `rollback`, `denials` and `show` as their callers see them: streams, exit codes, files, bad input."""

import gzip
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from secrets_cli.iam.parse import parse_policy
from tests.conftest import Ran, RunCli
from tests.fake_iam import FakeIam
from tests.unit.account.scenarios import NARROW, ROLE, SCENARIOS, Scenario, allow, odd, policy


class Desk:
    """A role in a file, its narrowing, and the commands."""

    def __init__(self, cli: RunCli, folder: Path, patch: pytest.MonkeyPatch, schemas: Path) -> None:
        self.cli, self.folder, self.patch, self.schemas = cli, folder, patch, schemas
        self.file = folder / "iam.json"
        self.narrowing = folder / "narrowing.json"
        self.state_folder = folder / "state"
        patch.setenv("XDG_STATE_HOME", str(self.state_folder))
        self.put(SCENARIOS["inline-beside"])

    def put(self, scenario: Scenario, **changed: Any) -> None:
        """The role as it is, and its narrowing."""
        self.file.write_text(json.dumps(scenario.state))
        self.narrowing.write_text(json.dumps(scenario.narrowing(**changed)))

    def run(self, verb: str, *words: str, fault: str = "none", at: int = 0) -> Ran:
        """A command; apply and rollback do not wait."""
        iam = FakeIam(self.file, fault, at)
        self.patch.setattr("secrets_cli.aws.role_changes.RoleChanges", lambda _: iam)
        self.patch.setattr("secrets_cli.aws.roles.Roles", lambda _: iam)
        settle = ["--settle", "0"] if verb in ("apply", "rollback") else []
        return self.cli("role", verb, *words, *settle)

    def apply(self, *words: str, **fault: Any) -> Ran:
        return self.run("apply", str(self.narrowing), *words, **fault)

    def json(self, ran: Ran, name: str) -> Any:
        """The document on stdout, which its schema allows."""
        document = json.loads(ran.out)
        self.valid(document, name)
        return document

    def valid(self, document: Any, name: str) -> None:
        jsonschema.validate(document, json.loads((self.schemas / f"{name}-1.json").read_text(encoding="utf-8")))

    @property
    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self.file.read_text())
        return state

    @property
    def snapshot(self) -> Path:
        (found,) = (self.state_folder / "secrets-cli/role-snapshots").iterdir()
        return found


@pytest.fixture
def desk(cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, checkout: Path) -> Desk:
    """A role that can be narrowed."""
    return Desk(cli, tmp_path, monkeypatch, checkout / "docs/schemas")


def test_a_dry_run_shows_the_plan_and_changes_nothing(desk: Desk) -> None:
    before = desk.file.read_text()
    ran = desk.apply("--dry-run", "--format", "json")
    document = desk.json(ran, "role-apply")
    assert ran.code == 0
    assert document["dry_run"]
    assert [one["state"] for one in document["principals"]] == ["planned"]
    assert [one["do"] for one in document["principals"][0]["steps"]] == [
        "put-inline",
        "delete-inline",
        "delete-inline",
        "detach",
    ]
    assert document["principals"][0]["framework"]["name"] == "Zappa"
    assert "the next `zappa update`" in ran.err
    assert desk.file.read_text() == before
    assert not desk.state_folder.exists()


def test_without_a_terminal_it_is_to_be_agreed_to_beforehand(desk: Desk) -> None:
    before = desk.file.read_text()
    ran = desk.apply()
    assert ran.code == 2
    assert "--yes" in ran.err
    assert desk.file.read_text() == before


def test_apply_leaves_a_snapshot_and_says_how_to_undo(desk: Desk) -> None:
    ran = desk.apply("--yes", "--format", "json")
    document = desk.json(ran, "role-apply")
    (one,) = document["principals"]
    assert (ran.code, one["state"], one["snapshot"]) == (0, "applied", str(desk.snapshot))
    assert all(step["done"] for step in one["steps"])
    assert one["proof"] == {"contained": "contained", "replay": {"requests": 1, "allowed": 1}}
    assert f"secrets-cli role rollback {desk.snapshot}" in ran.err
    assert desk.snapshot.stat().st_mode & 0o777 == 0o600
    kept = json.loads(desk.snapshot.read_text())
    desk.valid(kept, "role-snapshot")
    assert {one["name"]: one["document"] for one in kept["principal"]["inline"]} == SCENARIOS["inline-beside"].state[
        "inline"
    ]
    assert all(step["done"] for step in kept["steps"])
    assert kept["finished"]


def test_rollback_as_json_and_once_more(desk: Desk) -> None:
    assert desk.apply("--yes").code == 0
    path = str(desk.snapshot)
    dry = desk.json(desk.run("rollback", path, "--dry-run", "--format", "json"), "role-rollback")
    assert (dry["state"], dry["dry_run"]) == ("planned", True)
    done = desk.json(desk.run("rollback", path, "--yes", "--format", "json"), "role-rollback")
    assert done["state"] == "rolled-back"
    assert all(step["done"] for step in done["steps"])
    again = desk.json(desk.run("rollback", path, "--yes", "--format", "json"), "role-rollback")
    assert (again["state"], again["steps"]) == ("already", [])
    assert desk.state["inline"] == SCENARIOS["inline-beside"].state["inline"]
    assert desk.apply("--yes").code == 0, "after a rollback an apply begins anew"


def test_rollback_stops_where_somebody_else_changed_the_role(desk: Desk) -> None:
    assert desk.apply("--yes").code == 0
    state = desk.state
    state["inline"]["by-hand"] = odd(policy(allow("sqs:*")))
    desk.file.write_text(json.dumps(state))
    ran = desk.run("rollback", str(desk.snapshot), "--yes", "--format", "json")
    document = desk.json(ran, "role-rollback")
    assert (ran.code, document["state"]) == (21, "drifted")
    assert document["drift"] == ["an inline policy `by-hand` is there"]
    assert desk.state == state
    assert desk.run("rollback", str(desk.snapshot), "--yes", "--force").code == 0
    assert desk.state["inline"] == SCENARIOS["inline-beside"].state["inline"]


@pytest.mark.parametrize("part", ["id", "shared"])
def test_rollback_sees_another_role_of_the_name_and_a_shared_policy_that_changed(desk: Desk, part: str) -> None:
    assert desk.apply("--yes").code == 0
    state = desk.state
    if part == "id":
        state["id"] = "AROAOTHER"
    else:
        (shared,) = state["policies"].values()
        shared["versions"]["v1"] = odd(policy(allow("*")))
    desk.file.write_text(json.dumps(state))
    assert desk.run("rollback", str(desk.snapshot), "--yes").code == 21
    assert desk.state == state


def test_rollback_cannot_attach_what_is_gone(desk: Desk) -> None:
    assert desk.apply("--yes").code == 0
    state = desk.state
    state["policies"] = {}
    desk.file.write_text(json.dumps(state))
    ran = desk.run("rollback", str(desk.snapshot), "--yes", "--force")
    assert ran.code == 21
    assert "is gone" in ran.err
    assert desk.state == state


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"policies": [policy(allow("kms:Decrypt", Sid="K"))]}, 20),
        ({"requests": [{"action": "s3:PutObject", "resource": "arn:aws:s3:::a/b"}]}, 20),
        ({"present": [policy(allow("s3:*"))]}, 21),
        ({"present": None}, 21),
        ({"policies": [], "blocked": "a gap"}, 21),
        ({"principal": "arn:aws:iam::999999999999:role/app"}, 2),
    ],
)
def test_what_stops_it_gives_its_exit_code_and_changes_nothing(desk: Desk, changed: dict[str, Any], code: int) -> None:
    desk.put(SCENARIOS["inline-beside"], **changed)
    before = desk.file.read_text()
    ran = desk.apply("--yes", "--format", "json")
    document = desk.json(ran, "role-apply")
    assert ran.code == code
    assert [one["state"] for one in document["principals"]] == ["refused"]
    assert document["principals"][0]["refused"]["reason"] in ran.err
    assert desk.file.read_text() == before
    assert not desk.state_folder.exists()


def test_of_several_the_refused_are_left_out_and_give_the_exit_code(desk: Desk) -> None:
    good = SCENARIOS["inline-beside"].narrowing()
    other = {**good, "principal": f"{ROLE}-gone"}
    desk.narrowing.write_text(json.dumps({"schema": "secrets-cli/narrowings/1", "narrowings": [other, good]}))
    ran = desk.apply("--yes", "--format", "json")
    assert ran.code == 2
    assert [one["state"] for one in desk.json(ran, "role-apply")["principals"]] == ["refused", "applied"]
    assert desk.apply("--yes", "--role", "app").code == 0
    assert desk.apply("--yes", "--role", "nobody").code == 3


def test_an_apply_that_failed_says_how_to_go_on_and_is_gone_on_with(desk: Desk) -> None:
    ran = desk.apply("--yes", "--format", "json", fault="throttled", at=2)
    (one,) = desk.json(ran, "role-apply")["principals"]
    assert (ran.code, one["state"], [step["done"] for step in one["steps"]]) == (
        5,
        "interrupted",
        [True, False, False, False],
    )
    assert "1 of 4 steps done" in ran.err
    assert str(desk.snapshot) in ran.err
    again = desk.apply("--yes", "--format", "json")
    (one,) = desk.json(again, "role-apply")["principals"]
    assert (again.code, one["state"], one["proof"]) == (0, "applied", None)
    assert "1 of 4 steps are done" in again.err
    assert desk.snapshot.exists(), "the same snapshot served both runs"


def test_a_role_that_somebody_else_changes_meanwhile_is_neither_a_success_nor_a_failure_of_aws(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeIam, "put_inline", lambda *_: None)  # somebody takes it away again at once
    monkeypatch.setattr("time.sleep", lambda _: None)
    before = desk.state
    ran = desk.apply("--yes")
    assert ran.code == 21
    assert "is not as they leave it" in ran.err
    assert "secrets-cli role rollback" in ran.err
    assert desk.state == before


def test_another_narrowing_does_not_go_on_with_an_apply_that_was_interrupted(desk: Desk) -> None:
    desk.apply("--yes", fault="denied", at=3)
    smaller = policy(allow("s3:GetObject", "arn:aws:s3:::files/b"))
    desk.narrowing.write_text(json.dumps(SCENARIOS["inline-beside"].narrowing(policies=[smaller])))
    before = desk.file.read_text()
    ran = desk.apply("--yes")
    assert ran.code == 21
    assert "role rollback" in ran.err
    assert desk.file.read_text() == before


def test_a_snapshot_of_something_else_is_not_overwritten(desk: Desk) -> None:
    mine = desk.folder / "mine.json"
    mine.write_text("something of mine")
    before = desk.file.read_text()
    ran = desk.apply("--yes", "--snapshot", str(mine))
    assert ran.code == 4
    assert (mine.read_text(), desk.file.read_text()) == ("something of mine", before)


def test_a_snapshot_that_cannot_be_written_stops_it_before_the_first_change(desk: Desk) -> None:
    before = desk.file.read_text()
    ran = desk.apply("--yes", "--snapshot", str(desk.folder / "no-such-folder" / "s.json"))
    assert ran.code == 2
    assert desk.file.read_text() == before


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"schema":"secrets-cli/role-snapshot/1"}', "\x00"])
def test_what_is_no_snapshot(desk: Desk, text: str) -> None:
    (desk.folder / "s.json").write_text(text)
    assert desk.run("rollback", str(desk.folder / "s.json"), "--yes").code == 4


def test_what_is_no_narrowing(desk: Desk) -> None:
    desk.narrowing.write_text("{}")
    ran = desk.apply("--yes")
    assert ran.code == 4
    assert "role narrow" in ran.err


def test_the_policy_is_printed_without_asking_anybody(desk: Desk) -> None:
    desk.file.unlink()
    ran = desk.apply("--print-policy")
    printed = parse_policy(ran.out, "printed")
    assert ran.code == 0
    assert {one.sid for one in printed.statements} == {
        "ReadRoles",
        "ChangeRoles",
        "ReadManagedPolicies",
        "ChangeOwnManagedPolicies",
    }
    inline = parse_policy(desk.apply("--print-policy", "--mode", "inline").out, "printed")
    assert "ChangeOwnManagedPolicies" not in {one.sid for one in inline.statements}


def test_show(desk: Desk) -> None:
    ran = desk.run("show", "app")
    assert ran.code == 0
    for part in (
        ROLE,
        "zappa-permissions (2 statements",
        "AWSLambdaBasicExecutionRole v1",
        "Zappa",
        "of 10,240 characters",
    ):
        assert part in ran.out
    document = desk.json(desk.run("show", ROLE, "--format", "json"), "role-show")
    assert document["inline"][1]["document"] == json.loads(desk.state["inline"]["zappa-permissions"])
    assert desk.run("show", "gone").code == 3
    assert desk.run("show", "a b").code == 2


def record(action: str, time: str, **more: Any) -> dict[str, Any]:
    """A call of the role on one object."""
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": "arn:aws:sts::123456789012:assumed-role/app/s",
            "accountId": "123456789012",
            "sessionContext": {
                "sessionIssuer": {"type": "Role", "arn": ROLE, "userName": "app", "accountId": "123456789012"}
            },
        },
        "eventTime": time,
        "eventSource": "s3.amazonaws.com",
        "eventName": action,
        "awsRegion": "eu-west-1",
        "requestParameters": {"bucketName": "files", "key": "a"},
        "eventID": "11111111-2222-3333-4444-555555555555",
        "eventType": "AwsApiCall",
        "managementEvent": False,
        "eventCategory": "Data",
        **more,
    }


DENIED = {"errorCode": "AccessDenied", "errorMessage": "Access Denied"}


def logs_of(folder: Path, *records: dict[str, Any]) -> str:
    """A folder of logs."""
    made = folder / "logs"
    made.mkdir()
    (made / "a.json.gz").write_bytes(gzip.compress(json.dumps({"Records": records}).encode()))
    return str(made)


def test_denials_since_the_apply(desk: Desk) -> None:
    assert desk.apply("--yes").code == 0
    logs = logs_of(
        desk.folder,
        record("PutObject", "2020-01-01T00:00:00Z", **DENIED),
        record("PutObject", "2099-01-01T00:00:00Z", **DENIED),
        record("GetObject", "2099-01-01T00:00:00Z"),
    )
    ran = desk.run("denials", "app", "--logs", logs)
    assert ran.code == 0
    assert "s3:PutObject on arn:aws:s3:::files/a: 1 time" in ran.err
    (statement,) = parse_policy(ran.out, "back").statements
    assert (statement.action.values, statement.resource.values if statement.resource else ()) == (
        ("s3:PutObject",),
        ("arn:aws:s3:::files/a",),
    )
    document = desk.json(desk.run("denials", ROLE, "--logs", logs, "--format", "json"), "role-denials")
    assert [(one["cause"], one["count"]) for one in document["denials"]] == [("removed", 1)]
    whole = desk.json(
        desk.run("denials", "app", "--logs", logs, "--since", "2019-01-01", "--format", "json"), "role-denials"
    )
    assert whole["denials"][0]["count"] == 2


def test_denials_by_a_narrowing_that_another_tool_applied(desk: Desk) -> None:
    logs = logs_of(desk.folder, record("PutObject", "2026-01-01T00:00:00Z", **DENIED))
    words = ["app", "--logs", logs, "--narrowing", str(desk.narrowing)]
    assert desk.run("denials", *words).code == 2
    ran = desk.run("denials", *words, "--since", "2026-01-01", "--format", "json")
    assert [one["cause"] for one in desk.json(ran, "role-denials")["denials"]] == ["removed"]


def test_denials_without_a_snapshot(desk: Desk) -> None:
    logs = logs_of(desk.folder, record("PutObject", "2026-01-01T00:00:00Z", **DENIED))
    ran = desk.run("denials", "app", "--logs", logs)
    assert ran.code == 3
    assert "--snapshot" in ran.err


def test_what_role_narrow_writes_is_what_role_apply_takes(desk: Desk, tmp_path: Path) -> None:
    """The whole way: logs, narrowing, apply."""
    logs = logs_of(desk.folder, record("GetObject", "2026-01-01T00:00:00Z"))
    present = []
    state = SCENARIOS["inline-beside"].state
    for number, text in enumerate(
        [*state["inline"].values(), *(one["versions"]["v1"] for one in state["policies"].values())]
    ):
        (tmp_path / f"present-{number}.json").write_text(text)
        present += ["--policy", str(tmp_path / f"present-{number}.json")]
    ran = desk.cli("role", "narrow", "--logs", logs, "--principal", ROLE, *present, "--out", str(tmp_path / "out"))
    assert ran.code == 0, ran.err
    desk.narrowing = tmp_path / "out" / "narrowing.json"
    applied = desk.apply("--yes", "--format", "json")
    (one,) = desk.json(applied, "role-apply")["principals"]
    assert (applied.code, one["state"], one["proof"]["replay"]["requests"]) == (0, "applied", 1)
    assert len(desk.state["inline"]) == 1
    assert NARROW["Version"] in next(iter(desk.state["inline"].values()))
