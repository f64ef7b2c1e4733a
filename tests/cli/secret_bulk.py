"""What the tests of bulk commands share: parameters in moto, and a command line whose output is searched for values."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from secrets_cli.aws.parameters import ParameterStore
from secrets_cli.aws.target import Connection
from tests.conftest import Ran, RunCli
from tests.unit.secrets.transfer.made_parameters import MARKER, make_key

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"


class Bench:
    """Parameter Store as moto plays it, and the command line on it."""

    def __init__(self, cli: RunCli, connection: Connection) -> None:
        self._cli = cli
        self.connection = connection
        self.store = ParameterStore(connection)
        make_key(connection, "alias/one")
        make_key(connection, "alias/two")

    def run(self, *words: str) -> Ran:
        """Run `secret WORDS`; no value may be in its output."""
        ran = self._cli("secret", *words)
        assert MARKER not in ran.out + ran.err
        return ran

    def json(self, *words: str, code: int = 0) -> Any:
        """Run with `--format json`; the document, which fits its schema."""
        ran = self.run(*words, "--format", "json")
        assert ran.code == code, ran.err
        document = json.loads(ran.out)
        name = document["schema"].removeprefix("secrets-cli/").replace("/", "-")
        jsonschema.validate(document, json.loads((SCHEMAS / f"{name}.json").read_text()))
        return document


def made_bench(cli: RunCli, aws: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench whose state folder is the test's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return Bench(cli, aws)
