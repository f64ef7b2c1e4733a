"""Every command that reads keys and secrets, as JSON, against the emulator: one document on stdout, as its schema says."""

import json
import subprocess
from pathlib import Path

import jsonschema
import pytest

from tests.emulator.server import ACCOUNT, Emulator

pytestmark = pytest.mark.e2e

ADMIN = f"arn:aws:iam::{ACCOUNT}:role/json-admins"
USER = f"arn:aws:iam::{ACCOUNT}:role/json-app"
KEY = "json/documents"
MARKER = "c4n4ry-of-json-documents"


class Shell:
    """The installed command, as the account's root."""

    def __init__(self, emulator: Emulator, checkout: Path) -> None:
        self.environment = emulator.environment()
        self.program = str(checkout / ".venv" / "bin" / "secrets-cli")
        self.schemas = checkout / "docs" / "schemas"

    def run(self, *words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [self.program, *words],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def document(self, *words: str, stdin: str = "") -> "tuple[int, dict[str, object]]":
        """Exit code and document, which its schema has taken."""
        ran = self.run(*words, "--format", "json", stdin=stdin)
        assert ran.stdout, ran.stderr
        document = json.loads(ran.stdout)
        _, name, version = document["schema"].split("/")
        schema = json.loads((self.schemas / f"{name}-{version}.json").read_text(encoding="utf-8"))
        jsonschema.validate(document, schema)
        return ran.returncode, document


@pytest.fixture(scope="module")
def shell(emulator: Emulator, checkout: Path) -> Shell:
    """An account with a key, a folder of two secrets, one of which expires, and another with one."""
    shell = Shell(emulator, checkout)
    puts = (("/json/a/x",), ("/json/a/x",), ("/json/a/y", "--expires", "90d", "--label", "live"), ("/json/b/x",))
    made = [shell.run("key", "create", KEY, "--admin", ADMIN, "--user", USER, "--yes")]
    made += [shell.run("secret", "put", *put, "--key", KEY, stdin=MARKER) for put in puts]
    assert [ran.returncode for ran in made] == [0] * 5, [ran.stderr for ran in made]
    return shell


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("key list", 0),
        ("key list --all", 0),
        (f"key show {KEY} --parameters", 0),
        (f"key audit {KEY}", 0),
        (f"key create {KEY} --admin {ADMIN} --user {USER} --dry-run", 0),
        (f"key grant-use {KEY} --reader {ADMIN} --dry-run", 0),
        (f"key rotation off {KEY} --dry-run", 0),
        ("secret get /json/a/x /json/a/y:live /json/none", 3),
        ("secret list /json", 0),
        ("secret list /json --region us-east-1 --region eu-west-1", 0),
        ("secret history /json/a/x", 0),
        ("secret history /json/a/y --values", 0),
        ("secret rollback /json/a/x 1 --dry-run", 0),
        ("secret label /json/a/x add good --dry-run", 0),
        ("secret diff /json/a /json/b", 20),
        ("secret diff /json/a /json/b --metadata --all", 20),
        ("secret copy /json/a /json/c --recursive --dry-run", 0),
        ("secret rename /json/a /json/c --recursive --dry-run", 0),
        (f"secret reencrypt /json --key {KEY} --dry-run", 0),
        ("secret delete /json -r --dry-run", 0),
        (f"secret policy reader /json/a/ --principal {USER}", 0),
        (f"secret policy writer /json/new --principal {USER} --key {KEY}", 0),
        ("secret access /json/a/x", 0),
        ("secret audit /json --no-functions", 11),
    ],
)
def test_what_a_command_reads_is_one_document(shell: Shell, words: str, code: int) -> None:
    asks_for_values = words.startswith("secret get")
    found, document = shell.document(*words.split())
    assert found == code
    assert (MARKER in json.dumps(document)) == asks_for_values


def test_commands_that_take_a_value_or_a_file(shell: Shell, tmp_path: Path) -> None:
    source, target, kept = tmp_path / "in.env", tmp_path / "out.env", tmp_path / "kept.json"
    source.write_text(f"NEW={MARKER}\n", encoding="utf-8")
    assert shell.document("secret", "find", "/json", stdin=MARKER)[1]["names"] == [
        "/json/a/x",
        "/json/a/y",
        "/json/b/x",
    ]
    assert shell.document("secret", "put", "/json/a/x", "--key", KEY, "--dry-run", stdin=MARKER)[0] == 0
    assert shell.document("secret", "import", str(source), "--path", "/json/i", "--key", KEY, "--dry-run")[0] == 0
    assert shell.document("secret", "export", "/json/a", "--out", str(target))[0] == 0
    assert shell.run("secret", "put", "/json/gone", "--key", KEY, stdin=MARKER).returncode == 0
    assert shell.document("secret", "delete", "/json/gone", "--yes", "--backup", str(kept))[1]["deleted"] == [
        "/json/gone"
    ]
    assert shell.document("secret", "restore", str(kept), "--dry-run")[1]["planned"] == ["/json/gone"]
