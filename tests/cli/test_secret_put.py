"""`secret put` on the command line: where the value comes from, what is refused, what is said."""

import json
from pathlib import Path

import jsonschema
import pytest

from secrets_cli.aws.parameters import ParameterFilter, ParameterStore
from secrets_cli.aws.target import Connection, Target
from tests.conftest import RunCli
from tests.refused_calls import DENIED, pipe, refuse

MARKER = "hunter2-MARKER"
ADVICE = "rotate it and remove the line from the history"


def test_a_piped_value_is_stored_without_its_last_newline(
    cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(monkeypatch, f"{MARKER}\n\n".encode())
    ran = cli("secret", "put", "/team/db", "--key", "team")
    assert (ran.code, ran.out) == (
        0,
        "/team/db version 1 in us-east-1: key alias/team, standard tier, up to 32 bytes\n",
    )
    assert "one newline at the end was left out" in ran.err
    assert ParameterStore(aws).get("/team/db").value.reveal() == f"{MARKER}\n"
    described = next(ParameterStore(aws).describe(ParameterFilter("Name", ("/team/db",))))
    assert (described.type, described.key) == ("SecureString", "alias/team")


@pytest.mark.parametrize(
    ("data", "options", "kept"),
    [
        (b"v\n", ("--raw",), "v\n"),
        (b"v\r\n", (), "v"),
        (b"v\r", (), "v\r"),
        ("ü€😀".encode(), (), "ü€😀"),
        (b"\xef\xbb\xbfv", (), "\ufeffv"),
    ],
)
def test_a_value_is_kept_as_it_is(
    cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch, data: bytes, options: tuple[str, ...], kept: str
) -> None:
    pipe(monkeypatch, data)
    assert cli("secret", "put", "/team/db", "--key", "team", *options).code == 0
    assert ParameterStore(aws).get("/team/db").value.reveal() == kept


def test_a_value_from_a_file(cli: RunCli, aws: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "v").write_text(f"{MARKER}\n")
    monkeypatch.setenv("SECRETS_CLI_KEY", "alias/mine")
    ran = cli("secret", "put", "/team/db", "--file", str(tmp_path / "v"), "-q")
    assert (ran.code, ran.err) == (0, "")
    assert ParameterStore(aws).get("/team/db").value.reveal() == MARKER
    missing = cli("secret", "put", "/team/db", "--file", str(tmp_path / "none"))
    assert (missing.code, "there is no file" in missing.err) == (2, True)
    assert cli("secret", "put", "/team/db", "--file", str(tmp_path)).code == 2


def test_a_value_is_asked_for_twice_without_echo(cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    import getpass
    import sys

    asked: list[str] = []
    answers = iter([MARKER, MARKER, MARKER, "other", MARKER])
    monkeypatch.setattr(sys, "stdin", sys.__stdin__)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)

    def answer(prompt: str, stream: object = None) -> str:
        asked.append(prompt)
        try:
            return next(answers)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr(getpass, "getpass", answer)
    assert cli("secret", "put", "/team/db", "--key", "team").code == 0
    assert asked == ["value of /team/db: ", "value of /team/db, again: "]
    differ = cli("secret", "put", "/team/db", "--key", "team")
    assert (differ.code, "the two values typed differ" in differ.err) == (2, True)
    ended = cli("secret", "put", "/team/db", "--key", "team")
    assert (ended.code, "no value was typed" in ended.err) == (2, True)
    assert MARKER not in differ.out + differ.err + ended.out + ended.err
    assert ParameterStore(aws).get("/team/db").version == 1


@pytest.mark.parametrize(
    "words",
    [
        ("/team/db", MARKER),
        ("/team/db", "two", MARKER),
        (f"/team/db={MARKER}",),
        ("/team/db", f"--value={MARKER}"),
        ("/team/db", "--value", MARKER),
        ("/team/db", f"--secret={MARKER}"),
        ("/team/db", "--password", MARKER),
        ("/team/db", "--", f"-{MARKER}"),
    ],
)
def test_a_value_on_the_command_line_is_refused_and_not_repeated(
    cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    called = refuse(monkeypatch, {})
    pipe(monkeypatch, b"x")
    ran = (
        cli("secret", "put", *words, "--key", "team") if "--" not in words else cli("secret", "put", "--key=t", *words)
    )
    assert (ran.code, ran.out, called) == (2, "", [])
    assert ADVICE in ran.err
    assert MARKER not in ran.err


def test_an_unknown_option_is_not_repeated_either(cli: RunCli, aws: Connection) -> None:
    ran = cli("secret", "put", "/team/db", f"--valu={MARKER}", "--key", "team")
    assert ran.code == 2
    assert MARKER not in ran.out + ran.err


@pytest.mark.parametrize(
    ("data", "words", "said"),
    [
        (b"", ("--key", "k"), "the value is empty"),
        (b"\n", ("--key", "k"), "the value is empty"),
        (MARKER.encode() + b"\xff", ("--key", "k"), "is not UTF-8 at byte 14"),
        (MARKER.encode() * 1_000, ("--key", "k"), "14,000 bytes, and 8,192 is the limit"),
        (MARKER.encode() * 400, ("--key", "k", "--tier", "standard"), "more than 4,096 bytes"),
        (MARKER.encode() * 80_000, ("--key", "k"), "more than 1,048,576 bytes"),
        (MARKER.encode() + b"{{ssm:x}}", ("--key", "k"), "does not take"),
        (MARKER.encode(), (), "no KMS key was chosen"),
        (MARKER.encode(), ("--key", "k", "--allowed-pattern", "[0-9]+$"), "does not match `--allowed-pattern`"),
        (MARKER.encode(), ("--key", "k", "--expires", "yesterday"), "is no time"),
        (MARKER.encode(), ("--key", "k", "--tag", MARKER), "takes KEY=VALUE"),
        (MARKER.encode(), ("--key", "k", "--label", "1x"), "begins with a digit"),
    ],
)
def test_nothing_is_sent_for_a_value_or_option_that_is_refused(
    cli: RunCli,
    aws: Connection,
    monkeypatch: pytest.MonkeyPatch,
    data: bytes,
    words: tuple[str, ...],
    said: str,
) -> None:
    called = refuse(monkeypatch, {})
    pipe(monkeypatch, data)
    ran = cli("secret", "put", "/team/db", *words)
    assert ran.code in (2, 4)
    assert called == []
    assert said in ran.err
    assert MARKER not in ran.out + ran.err


def test_a_long_value_says_what_it_costs_before_it_is_sent(
    cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(monkeypatch, b"x" * 5_000)
    ran = cli("secret", "put", "/team/db", "--key", "team")
    assert "advanced tier, 4,097 to 8,192 bytes" in ran.out
    assert "$0.05 a month" in ran.err


def test_the_key_of_aws_is_taken_with_a_warning(cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(monkeypatch, b"x")
    ran = cli("secret", "put", "/team/db", "--key", "alias/aws/ssm", "-q")
    assert ran.code == 0
    assert ran.err.startswith("warning: `alias/aws/ssm` lets every principal")


def test_a_dry_run_sends_nothing(cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    called = refuse(monkeypatch, {})
    pipe(monkeypatch, MARKER.encode())
    ran = cli("secret", "put", "/team/db", "--key", "team", "--expires", "90d", "--dry-run")
    assert (ran.code, ran.out, called) == (0, "", [])
    assert "would store /team/db" in ran.err
    assert MARKER not in ran.err


def test_every_region_is_tried_and_each_is_reported(
    cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch, checkout: Path
) -> None:
    pipe(monkeypatch, b"x")
    assert cli("secret", "put", "/team/db", "--key", "k", "--region", "eu-west-1").code == 0
    pipe(monkeypatch, MARKER.encode())
    words = ("secret", "put", "/team/db", "--key", "k", "--no-overwrite", "--label", "live", "--tag", "a=b")
    ran = cli(*words, "--region", "eu-west-1", "--region", "us-east-1", "--format", "json")
    assert ran.code == 5
    assert "error: eu-west-1: `/team/db` is there already" in ran.err
    assert "30 seconds" in ran.err
    document = json.loads(ran.out)
    jsonschema.validate(document, json.loads((checkout / "docs/schemas/secret-put-1.json").read_text()))
    assert [each["region"] for each in document["stored"]] == ["us-east-1"]
    assert [each["target"] for each in document["failed"]] == ["eu-west-1"]
    assert ParameterStore(Connection(Target(region="eu-west-1"))).get("/team/db").version == 1
    assert MARKER not in ran.out + ran.err


def test_ctrl_c_between_regions_reports_what_was_stored(
    cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(monkeypatch, b"x")
    from secrets_cli.secrets.store import write

    real = write.store_secret
    count = 0

    def once(*given: object) -> object:
        nonlocal count
        count += 1
        if count == 2:
            raise KeyboardInterrupt
        return real(*given)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(write, "store_secret", once)
    ran = cli("secret", "put", "/team/db", "--key", "k", "--region", "eu-west-1", "--region", "us-east-1")
    assert ran.code == 130
    assert "in eu-west-1" in ran.out
    assert "interrupted" in ran.err


def test_a_denied_label_is_told_and_the_value_is_stored(
    cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    arn = "arn:aws:ssm:us-east-1:123456789012:parameter/team/db"
    text = DENIED.format(action="ssm:LabelParameterVersion", arn=arn)
    refuse(monkeypatch, {"LabelParameterVersion": [("AccessDeniedException", text)]})
    pipe(monkeypatch, MARKER.encode())
    ran = cli("secret", "put", "/team/db", "--key", "k", "--label", "live")
    assert (ran.code, ran.out.startswith("/team/db version 1")) == (5, True)
    assert "warning: the value is stored, but AWS denied `ssm:LabelParameterVersion`" in ran.err
    assert f'"Action": "ssm:LabelParameterVersion", "Resource": "{arn}"' in ran.err
    assert MARKER not in ran.out + ran.err


def test_a_name_that_is_too_long_for_the_region_is_not_sent(
    cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(monkeypatch, b"x")
    ran = cli("secret", "put", "n" * 967, "--key", "k")
    assert (ran.code, "966 is the limit in `us-east-1`" in ran.err) == (2, True)
