"""The plan of the demo's steps: which commands, in which order, with which end, and what is claimed of them."""

import json
from pathlib import Path

import pytest

from secrets_cli.demo.live.demo import copy_app
from secrets_cli.demo.live.plain_steps import play_plain, present_policy
from secrets_cli.demo.live.secret_steps import make_people, play_secret
from secrets_cli.demo.live.stage import Command, NotProven, Program, Ran
from secrets_cli.demo.live.zappa_steps import play_zappa
from secrets_cli.iam.parse import parse_policy
from tests.unit.demo.live.played import ADDRESS, NARROWED, READER, VALUE, PlayedAccount, PlayedStage


@pytest.fixture
def stage(tmp_path: Path) -> PlayedStage:
    copy_app(tmp_path / "orders")
    return PlayedStage(tmp_path)


def _lines(stage: PlayedStage) -> list[str]:
    """Each command's first words, and its end where that is not 0."""
    found = []
    for command in stage.commands:
        line = str(command)
        words = " ".join(line.split()[:3]) if command.program is Program.OURS else line.split("/", 1)[-1]
        found.append(words + (f" -> {command.ends}" if command.ends else ""))
    return found


def test_the_secrets_part(stage: PlayedStage) -> None:
    play_secret(stage, VALUE)
    assert _lines(stage) == [
        "secrets-cli key create",
        "secrets-cli secret put",
        "secrets-cli lambda deploy",
        "secrets-cli key grant-use",
        "secrets-cli lambda invoke",
        "secrets-cli lambda invoke -> 5",
    ]
    assert len(stage.claims) == len(stage.commands)
    assert READER in str(stage.commands[3])


def test_the_value_is_piped_in_and_told_nowhere(stage: PlayedStage) -> None:
    play_secret(stage, VALUE)
    (put,) = [command for command in stage.commands if command.stdin is not None]
    assert put.stdin == VALUE
    assert str(put).endswith("--profile developer < SECRET")
    told = "\n".join([*map(str, stage.commands), *stage.claims, *map(repr, stage.commands)])
    assert VALUE.reveal() not in told


def test_the_zappa_part(stage: PlayedStage) -> None:
    play_zappa(stage)
    lines = [str(command) for command in stage.commands]
    assert [line for line in lines if "zappa " in line] == [
        "(cd orders && zappa deploy dev)",
        "(cd orders && zappa update dev)",
    ]
    gates = [command for command in stage.commands if command.words[0] == "gate"]
    assert [command.ends for command in gates] == [14, 0]
    order = [
        "zappa deploy",
        "gate",
        "GET /salaries",
        "usage record",
        "role narrow",
        "zappa update",
        "POST /orders/7",
        "role list",
    ]
    places = [next(number for number, line in enumerate(lines) if words in line) for words in order]
    assert places == sorted(places)
    assert len(stage.claims) == len(stage.commands)
    assert f"python orders/use.py orders-dev {ADDRESS}" in lines[4]
    assert stage.claims[4].endswith("3 calls of the app's role (s3 2, ssm 1) are written as CloudTrail would log them")


def test_the_part_without_zappa(stage: PlayedStage) -> None:
    play_plain(stage)
    assert not [command for command in stage.commands if command.program is Program.ZAPPA]
    assert {"role orders-dev-ZappaLambdaExecutionRole", "function orders-dev"} < set(stage.account.made)
    assert len(stage.claims) == len(stage.commands)
    written = (stage.folder / "orders/zappa-permissions.json").read_text(encoding="utf-8")
    assert written == present_policy()
    assert len(parse_policy(written, "present").statements) == 11


@pytest.mark.parametrize(
    ("words", "answer", "wrong"),
    [
        ("secret put", Ran("", f"stored {VALUE.reveal()}"), "said the value"),
        ("--as-profile checkout", Ran("another", ""), "something else than the secret"),
        ("--as-profile stranger", Ran("x", "IAM refused"), "not refused by IAM"),
        ("lambda deploy", Ran("{}", ""), "not what it should be"),
        ("lambda deploy", Ran('{"url":"u","proof":{"holds":false,"checks":[]}}', ""), "does not hold"),
    ],
)
def test_a_false_claim_of_the_first_part_is_none(stage: PlayedStage, words: str, answer: Ran, wrong: str) -> None:
    stage.answers[words] = answer
    with pytest.raises(NotProven, match=wrong):
        play_secret(stage, VALUE)
    assert len(stage.claims) == len(stage.commands) - 1


_UNDECIDED = Ran(
    json.dumps(NARROWED).replace('"contained"}', '"undecided"}'),
    "ok  read again, the files grant exactly what is written",
)


@pytest.mark.parametrize(
    ("words", "answer", "wrong"),
    [
        ("GET /salaries", Ran("200 another team's file", ""), "and not 403"),
        ("DELETE /orders", Ran("200 gone", ""), "and not 403"),
        ("role narrow", _UNDECIDED, "the proof does not hold"),
        ("role narrow", Ran("{}", ""), "was not written into the project"),
        ("role list", Ran('{"stages":[{"differences":["another policy"]}]}', ""), "differs"),
        ("zappa deploy", Ran("Error", ""), "where the app is"),
        ("zappa deploy", Ran(ADDRESS, ""), "does not say that it made the role"),
    ],
)
def test_a_false_claim_of_the_zappa_part_is_none(stage: PlayedStage, words: str, answer: Ran, wrong: str) -> None:
    stage.answers[words] = answer
    with pytest.raises(NotProven, match=wrong):
        play_zappa(stage)


def test_the_people_are_profiles_of_a_file_for_the_owner_alone(tmp_path: Path) -> None:
    account, credentials = PlayedAccount(), tmp_path / "credentials"
    make_people(account, credentials)
    assert account.made == ["user key-admin", "user developer", "user checkout", "user stranger"]
    assert credentials.stat().st_mode & 0o777 == 0o600
    assert (
        "[checkout]\naws_access_key_id = AKIAcheckout\naws_secret_access_key = secret of checkout\n"
        in credentials.read_text()
    )


def test_the_apps_project_is_whole(tmp_path: Path) -> None:
    copy_app(tmp_path / "orders")
    assert {path.name for path in (tmp_path / "orders").iterdir()} == {
        "app.py",
        "client.py",
        "handler.py",
        "orders.py",
        "use.py",
        "zappa_settings.json",
    }
    settings = json.loads((tmp_path / "orders/zappa_settings.json").read_text(encoding="utf-8"))["dev"]
    assert settings["iam_authorization"] is True
    assert "manage_roles" not in settings
    assert "attach_policy" not in settings


def test_a_command_is_told_as_it_would_be_typed() -> None:
    assert str(Command(Program.OURS, ("gate", "a b"))) == "secrets-cli gate 'a b'"
    assert str(Command(Program.ZAPPA, ("deploy", "dev"))) == "(cd orders && zappa deploy dev)"
