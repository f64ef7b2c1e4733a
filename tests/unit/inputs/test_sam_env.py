"""SAM's files of environment variables."""

import pytest

from secrets_cli.errors import MalformedInput
from secrets_cli.inputs.any_file import read_as_found
from secrets_cli.inputs.file_kind import FileKind
from secrets_cli.inputs.found import Supplied
from secrets_cli.inputs.looks_like import Look, look_of
from secrets_cli.inputs.sam_env import names_sam_env, read_sam_env
from tests.unit.gate.judging import zappa_defaults
from tests.unit.inputs.functions_said import variables

TEXT = '{\n  "Api": {"TABLE": "orders", "N": 1, "ON": true, "OFF": null},\n  "Parameters": {"STAGE": "dev"}\n}'


def test_both_forms_are_read_with_their_places() -> None:
    found = read_sam_env(TEXT, "env.json")
    assert [(one.name, str(one.location), one.source) for one in found.functions] == [
        ("Api", "env.json:2:3", "sam-env"),
        ("Parameters", "env.json:3:3", "sam-env"),
    ]
    assert variables(found, "Api") == {"TABLE": "orders@2:11", "N": "1@2:30", "ON": "true@2:38", "OFF": "@2:50"}
    assert not found.policies


@pytest.mark.parametrize("text", ["[]", "{}", '{"A": "b"}', '{"A": {"B": {"C": "d"}}}', '{"A": {"B": []}}'])
def test_another_form_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(MalformedInput, match=r"env\.json:1:1: this is no file of environment variables"):
        read_sam_env(text, "env.json")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("env.json", True),
        ("a/b/ENV.json", True),
        ("local.env.json", True),
        ("env.dev.json", True),
        ("env-vars.json", True),
        ("environment.json", False),
        ("denv.json", False),
        (".env", False),
        ("env.yml", False),
    ],
)
def test_names(name: str, expected: bool) -> None:
    assert names_sam_env(name) is expected
    assert (look_of(TEXT.encode(), name) is Look.PERHAPS) is expected


def test_name_and_form_together_make_the_kind() -> None:
    def kind(text: str, name: str) -> FileKind | None:
        read = read_as_found(text, name, Supplied(), zappa_defaults)
        return None if read is None else read[0]

    assert kind(TEXT, "env.json") is FileKind.SAM_ENV
    assert kind('{"production": true, "apiUrl": "x"}', "env.json") is None
    assert kind(TEXT, "settings.json") is None
