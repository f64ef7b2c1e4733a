"""exec, export and import with the installed command against an emulator: processes, signals, files, real shells.

The emulator keeps values and history as AWS does; it decides nothing about kms:Decrypt, so nothing here is a claim about
privilege but what `ssm:` actions alone decide.
"""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from secrets_cli.aws.parameters import ParameterStore, Write
from secrets_cli.aws.target import Connection, Target
from secrets_cli.secret_value import SecretValue
from tests.emulator.server import ACCOUNT, REGION, Emulator

pytestmark = pytest.mark.e2e

COMMAND = Path(sys.executable).parent / "secrets-cli"
CANARY = "cnry-e2e-4b7d"
TOP = "/exec-e2e"


@pytest.fixture(scope="module")
def environment(emulator: Emulator) -> dict[str, str]:
    return emulator.environment()


@pytest.fixture(scope="module")
def store(environment: dict[str, str], emulator: Emulator) -> Iterator[ParameterStore]:
    """Parameter Store of the emulator, with a few parameters in it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        made = ParameterStore(Connection(Target(region=REGION, endpoint_url=emulator.url)))
        for name, text in {
            "prod/db-url": CANARY,
            "prod/API": "one",
            "prod/sub/key": "deep",
            "evil/ld-preload": CANARY,
        }.items():
            made.put(Write(f"{TOP}/{name}", SecretValue(text), "alias/exec-e2e"))
        yield made


def run(environment: dict[str, str], *words: str, expect: int = 0, **more: str) -> "subprocess.CompletedProcess[str]":
    ran = subprocess.run(
        [COMMAND, "secret", *words], env=environment | more, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == expect, ran.stderr
    assert "Traceback" not in ran.stderr
    return ran


def test_the_command_has_the_values_in_its_environment_and_not_in_its_arguments(
    environment: dict[str, str], store: ParameterStore
) -> None:
    look = "tr '\\0' '\\n' < /proc/$$/environ; echo ARGUMENTS; tr '\\0' ' ' < /proc/$$/cmdline; echo; echo PID $$"
    process = subprocess.Popen(
        [COMMAND, "secret", "exec", f"{TOP}/prod", "--", "sh", "-c", look],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    out, err = process.communicate(timeout=60)
    variables, _, arguments = out.partition("ARGUMENTS\n")
    assert f"DB_URL={CANARY}\n" in variables
    assert "API=one\n" in variables
    assert "AWS_" not in variables
    assert CANARY not in arguments + err
    assert arguments.endswith(f"PID {process.pid}\n"), "the process was replaced: no parent lingers"


def test_the_exit_code_is_the_command_s(environment: dict[str, str], store: ParameterStore) -> None:
    for code in (0, 1, 42, 255):
        run(environment, "exec", f"{TOP}/prod", "--", "sh", "-c", f"exit {code}", expect=code)
    run(environment, "exec", f"{TOP}/prod", "--", "no-such-command-here", expect=127)
    run(environment, "exec", f"{TOP}/prod", "--", "/etc/hostname", expect=126)
    run(environment, "exec", f"{TOP}/prod", "--", "sh", "-c", "kill -TERM $$", expect=-signal.SIGTERM)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_reach_the_command(environment: dict[str, str], store: ParameterStore, number: signal.Signals) -> None:
    trap = f"trap 'echo got; exit 9' {number.name.removeprefix('SIG')}; echo ready; while :; do sleep 0.05; done"
    words = [str(COMMAND), "secret", "exec", "-q", f"{TOP}/prod", "--", "sh", "-c", trap]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.stdout.read() == "got\n"
        assert process.wait(30) == 9


def test_a_closed_pipe_ends_the_command_as_ever(environment: dict[str, str], store: ParameterStore) -> None:
    """Python ignores SIGPIPE, and an ignored signal stays ignored over execve: it must not."""
    shell = f"\"{COMMAND}\" secret exec -q {TOP}/prod -- sh -c 'yes 2>/dev/null; echo $? >&2' | head -n 1"
    ran = subprocess.run(["sh", "-c", shell], env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout == "y\n"
    assert ran.stderr == f"{128 + signal.SIGPIPE}\n"


def test_the_command_can_be_debugged_and_writes_no_core_file(
    environment: dict[str, str], store: ParameterStore
) -> None:
    program = (
        "import ctypes, resource\n"
        "print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE))"
    )
    ran = run(environment, "exec", "-q", f"{TOP}/prod", "--", sys.executable, "-c", program)
    assert ran.stdout == "1 (0, 0)\n"


def test_strict_and_pristine(environment: dict[str, str], store: ParameterStore, tmp_path: Path) -> None:
    template = tmp_path / ".env.example"
    template.write_text("DB_URL=postgres://...\nMISSING=\nALSO_MISSING=\n", encoding="utf-8")
    words = ("exec", f"{TOP}/prod", f"{TOP}/evil", "--strict", str(template))
    ran = run(environment, *words, "--", "env", expect=3)
    assert ran.stdout == ""
    assert "2 declared variables have no parameter: `ALSO_MISSING`, `MISSING`" in ran.stderr
    template.write_text("DB_URL=postgres://...\n", encoding="utf-8")
    ran = run(environment, *words, "--pristine", "--", "env", HIDDEN="mine")
    names = {line.partition("=")[0] for line in ran.stdout.splitlines()}
    assert names == {"DB_URL"} | {name for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in environment}
    ran = run(environment, "exec", f"{TOP}/prod", "--strict-env", "--pristine", "--", "env", API="ssm")
    assert "API=one\n" in ran.stdout
    assert "DB_URL" not in ran.stdout
    ran = run(environment, "exec", f"{TOP}/evil", "--", "env", expect=2)
    assert "`LD_PRELOAD` (from `/exec-e2e/evil/ld-preload`)" in ran.stderr
    assert CANARY not in ran.stderr


def odd_values() -> dict[str, str]:
    """Sixty values with everything that quoting gets wrong."""
    odd = [
        "'",
        '"',
        "\\",
        "$",
        "`",
        "$(x)",
        "${x}",
        "\\n",
        "\n",
        "\r\n",
        "\t",
        " ",
        "#",
        " #",
        "!",
        "~",
        "é",
        "€",
        "😀",
    ]
    odd += ["\x01", "\x7f", "\x85", "\u2028", "it's", 'say "x"', "a\\'b", "=", "{", "}", "%", "%{x}", "&;|<>()*?[]"]
    odd += ["yes", "no", "null", "012", "1e3", "0x1", "2001-01-01", "- a", "a: b", "@a", "*a", "&a", "|", ">", "?", ","]
    values = [f"{CANARY}{text}" if number % 2 else f"{text}{CANARY}" for number, text in enumerate(odd)]
    values += [
        "yes",
        "012",
        "null",
        "~",
        " ",
        "\n",
        "-----BEGIN KEY-----\nab+/=\n-----END KEY-----\n",
        "x" * 4_000,
        "{}",
        "'",
    ]
    values += ["\\", "$"]
    return {f"V{number:02}": value for number, value in enumerate(values[:60])}


@pytest.mark.parametrize("format", ["dotenv", "json", "yaml", "shell"])
def test_sixty_odd_values_survive_import_export_exec_and_a_shell(
    environment: dict[str, str], store: ParameterStore, tmp_path: Path, format: str
) -> None:
    values = odd_values()
    assert len(values) == 60
    path = f"{TOP}/odd-{format}"
    source, back = tmp_path / "in.json", tmp_path / f"out.{format}"
    source.write_text(json.dumps(values), encoding="utf-8")
    words = ["--key", "alias/exec-e2e", "--yes"]
    ran = run(environment, "import", str(source), "--path", path, *words)
    assert ran.stderr.endswith("60 new (+)\nwrote 60 of 60 parameters\n")
    ran = run(environment, "export", path, "--to", format, "--out", str(back))
    assert CANARY not in ran.stdout + ran.stderr
    assert back.stat().st_mode & 0o777 == 0o600
    ran = run(environment, "import", str(back), "--from", format, "--path", path, *words)
    assert ran.stderr.endswith("60 the same (=)\nnothing to write\n")
    ran = run(environment, "import", str(back), "--from", format, "--path", f"{path}-copy", *words)
    assert {one.name.rpartition("/")[2]: one.value.reveal() for one in store.under(f"{path}-copy")} == values
    seen = subprocess.run(
        [COMMAND, "secret", "exec", "-q", "--pristine", path, "--", "env", "-0"],
        env=environment,
        capture_output=True,
        timeout=60,
        check=True,
    ).stdout
    assert environment_of(seen) == values
    if format in ("dotenv", "shell"):
        seen = subprocess.run(
            ["sh", "-c", 'set -a; . "$1"; exec env -0', "sh", str(back)],
            capture_output=True,
            timeout=60,
            check=True,
            env={},
        ).stdout
        assert environment_of(seen) == values


def environment_of(output: bytes) -> dict[str, str]:
    """The variables named V.. in what `env -0` writes."""
    lines = (os.fsdecode(line).partition("=") for line in output.split(b"\0"))
    return {name: value for name, _, value in lines if name[:1] == "V" and name[1:].isdigit()}


def test_a_terminal_sees_values_only_when_asked(environment: dict[str, str], store: ParameterStore) -> None:
    for words, code, is_seen in ((["--to", "json"], 2, False), (["--to", "json", "--reveal"], 0, True)):
        master, slave = pty.openpty()
        process = subprocess.Popen(
            [COMMAND, "secret", "export", f"{TOP}/prod", *words],
            env=environment,
            stdout=slave,
            stderr=slave,
            stdin=slave,
        )
        assert process.wait(60) == code
        os.close(slave)
        assert (CANARY.encode() in read_all(master)) is is_seen


def read_all(descriptor: int) -> bytes:
    """Everything until the terminal's other side is closed, which Linux tells by an error."""
    found = b""
    while True:
        try:
            more = os.read(descriptor, 65_536)
        except OSError:
            more = b""
        if not more:
            os.close(descriptor)
            return found
        found += more


@pytest.fixture(scope="module")
def writer(emulator: Emulator, store: ParameterStore) -> dict[str, str]:
    """The environment of a user who may write below one path and read nothing."""
    iam = store.connection.client("iam")
    arn = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{TOP}/written/*"
    statement = {"Effect": "Allow", "Action": "ssm:PutParameter", "Resource": arn}
    iam.create_user(UserName="exec-e2e-writer")
    iam.put_user_policy(
        UserName="exec-e2e-writer",
        PolicyName="write",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statement}),
    )
    made = iam.create_access_key(UserName="exec-e2e-writer")["AccessKey"]
    return emulator.environment(made["AccessKeyId"], made["SecretAccessKey"])


def test_denials_name_the_action_the_arn_and_the_statement(
    writer: dict[str, str], store: ParameterStore, tmp_path: Path
) -> None:
    for words in (["exec", f"{TOP}/prod", "--", "env"], ["export", f"{TOP}/prod"]):
        ran = run(writer, *words, expect=5)
        assert ran.stdout == ""
        arn = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{TOP}/prod"
        assert f"error: AWS denied `ssm:GetParametersByPath` on `{arn}` to " in ran.stderr
        assert f'"Action": "ssm:GetParametersByPath", "Resource": "{arn}"' in ran.stderr
    source = tmp_path / "x.env"
    source.write_text(f"A={CANARY}\nB={CANARY}\n", encoding="utf-8")
    words = ["import", str(source), "--key", "k", "--yes", "--path"]
    assert "give `--no-compare`" in run(writer, *words, f"{TOP}/written", expect=5).stderr
    assert "wrote 2 of 2" in run(writer, *words, f"{TOP}/written", "--no-compare").stderr
    ran = run(writer, *words, f"{TOP}/elsewhere", "--no-compare", expect=5)
    assert "error: 0 of 2 parameters were written, 2 not: AWS denied `ssm:PutParameter` on " in ran.stderr
    assert CANARY not in ran.stdout + ran.stderr


def test_without_a_network_nothing_is_lost_or_shown(
    environment: dict[str, str], store: ParameterStore, tmp_path: Path
) -> None:
    nowhere = ["--endpoint-url", "http://127.0.0.1:9"]
    ran = run(environment, "exec", f"{TOP}/prod", *nowhere, "--", "env", expect=5, AWS_MAX_ATTEMPTS="1")
    assert f"error: `ssm:GetParametersByPath` on `{TOP}/prod` got no answer" in ran.stderr
    assert ran.stdout == ""


def test_ctrl_c_while_importing_is_taken_up_by_the_same_command(
    environment: dict[str, str], store: ParameterStore, tmp_path: Path
) -> None:
    source = tmp_path / "many.json"
    source.write_text(json.dumps({f"N{number}": f"{CANARY}{number}" for number in range(400)}), encoding="utf-8")
    words = [str(COMMAND), "secret", "import", str(source), "--path", f"{TOP}/many", "--key", "exec-e2e", "--yes"]
    process = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and next(store.under(f"{TOP}/many"), None) is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert " of 400" in err
    assert "help: run the same command again for the rest\n" in err
    assert CANARY not in out + err
    written = len(list(store.under(f"{TOP}/many")))
    assert 0 < written < 400
    ran = run(environment, *words[2:])
    assert ran.stderr.endswith(
        f"{400 - written} new (+), {written} the same (=)\nwrote {400 - written} of {400 - written} parameters\n"
    )
    assert len(list(store.under(f"{TOP}/many"))) == 400
