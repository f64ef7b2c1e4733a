"""Which settings are read from which files, with their lines, and what cannot be read."""

import os
import subprocess
from pathlib import Path

import pytest

from secrets_cli.errors import ConfigurationError
from secrets_cli.secrets.audit.kept_out_of_git import kept_out_of_git
from secrets_cli.secrets.audit.project_files import ProjectFacts, read_project
from secrets_cli.secrets.audit.rules.registry import judge_project
from secrets_cli.severity import Severity

CANARY = "hunter2-CANARY"


def _read(folder: Path, **files: str) -> ProjectFacts:
    """Files by name, `__` standing for `.` and `___` for `/`."""
    for name, text in files.items():
        path = folder / name.replace("___", "/").replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_project(folder)


def _settings(project: ProjectFacts) -> list[tuple[str, int, str, str]]:
    return [(Path(one.file).name, one.line, one.name, one.value.reveal()) for one in project.settings]


def test_dotenv(tmp_path: Path) -> None:
    text = (
        "# DB_PASSWORD=commented\n"
        "DB_PASSWORD=plain # a remark\n"
        "export  TOKEN='single # kept'\n"
        'KEY="-----BEGIN PRIVATE KEY-----\nMIIE\n"\n'
        "AFTER = spaced\n"
        "YAMLISH: yes\n"
        "EMPTY=\n"
        "HASH=a#b\n"
    )
    assert _settings(_read(tmp_path, __env=text)) == [
        (".env", 2, "DB_PASSWORD", "plain"),
        (".env", 3, "TOKEN", "single # kept"),
        (".env", 4, "KEY", "-----BEGIN PRIVATE KEY-----\nMIIE"),
        (".env", 7, "AFTER", "spaced"),
        (".env", 8, "YAMLISH", "yes"),
        (".env", 9, "EMPTY", ""),
        (".env", 10, "HASH", "a#b"),
    ]


@pytest.mark.parametrize(
    "name", [".env", ".env.local", ".env.prod", "prod.env", ".envrc", ".env.example", ".env-example", ".env.tpl"]
)
def test_the_names_of_dotenv_files(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("A=1\n")
    project = read_project(tmp_path)
    assert [one.name for one in project.settings] == ["A"]
    assert project.settings[0].sample is (name in (".env.example", ".env-example", ".env.tpl"))


@pytest.mark.parametrize("name", ["env.json", "env.local.json", "local.env.json", "env_vars.json", "env.json.example"])
def test_sam_s_env_json(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('{"Fn": {"DB_PASSWORD": "x",\n "N": 5, "B": true}, "Parameters": {"STAGE": "d"}}')
    assert _settings(read_project(tmp_path)) == [
        (name, 1, "DB_PASSWORD", "x"),
        (name, 2, "N", "5"),
        (name, 2, "STAGE", "d"),
    ]


def test_what_an_environment_takes_from_the_file_s_own_custom_values(tmp_path: Path) -> None:
    text = (
        "custom:\n  dev:\n    DB_PASSWORD: one\n  secrets: ${file(secrets.json)}\n"
        "provider:\n  environment:\n    DB: ${self:custom.dev.DB_PASSWORD}\n    JWT: ${self:custom.secrets.JWT}\n"
    )
    project = _read(tmp_path, serverless__yml=text, secrets__json='{"JWT": "two"}')
    assert ("serverless.yml", 3, "DB_PASSWORD", "one") in _settings(project)
    assert ("secrets.json", 1, "JWT", "two") in _settings(project)


SERVERLESS = """\
service: x
custom:
  API_KEY: not-in-an-environment
provider:
  name: aws
  environment: &shared
    JWT_SECRET: one
    REF: !Ref Secret
    SUB: !Sub "postgres://u:pw@${Host}"
    JOIN: !Join ["", [a, b]]
    FN:
      Fn::GetAtt: [A, B]
functions:
  a:
    environment:
      <<: *shared
      OWN: two
resources:
  Resources:
    F:
      Type: AWS::Lambda::Function
      Properties:
        Environment:
          Variables:
            RAW: three
"""


def test_serverless_yml(tmp_path: Path) -> None:
    assert _settings(_read(tmp_path, serverless__yml=SERVERLESS)) == [
        ("serverless.yml", 7, "JWT_SECRET", "one"),
        ("serverless.yml", 9, "SUB", "postgres://u:pw@${Host}"),
        ("serverless.yml", 17, "OWN", "two"),
        ("serverless.yml", 25, "RAW", "three"),
    ]


def test_files_that_serverless_takes_its_environment_from(tmp_path: Path) -> None:
    main = (
        "provider:\n  environment: ${file(./config/env.${opt:stage}.yml):all}\n"
        "functions:\n  f:\n    environment:\n      X: ${file(keys.json):x}\n      Y: ${file(../outside.yml):y}\n"
        "      Z: ${file(./vars.js):z}\n"
    )
    (tmp_path / "outside.yml").write_text("y: 1\n")
    project = _read(
        tmp_path / "app",
        serverless__yml=main,
        config___env__dev__yml="all:\n  TOKEN: dev\n",
        config___env__prod__yml="all:\n  TOKEN: prod\n",
        keys__json='{"x": "k"}',
        vars__js="module.exports = {}",
    )
    assert [one for one in _settings(project) if one[0] != "serverless.yml"] == [
        ("env.dev.yml", 2, "TOKEN", "dev"),
        ("env.prod.yml", 2, "TOKEN", "prod"),
        ("keys.json", 1, "x", "k"),
    ]
    assert [(one.line, one.reason) for one in project.unread] == [
        (7, "takes settings from `../outside.yml`, which cannot be read as a file here"),
        (8, "takes settings from `./vars.js`, which cannot be read as a file here"),
    ]


def test_sam_and_cloudformation_templates(tmp_path: Path) -> None:
    yaml = (
        "Transform: AWS::Serverless-2016-10-31\nGlobals:\n  Function:\n    Environment:\n      Variables:\n"
        "        A: one\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Environment:\n"
        "        Variables:\n          B: two\n          C: !Ref P\n"
    )
    json = (
        '{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {"Variables":\n'
        '{"D": "x", "E": {"Ref": "P"}, "F": {"Fn::Sub": "y"}}}}}}}'
    )
    project = _read(tmp_path, template__yaml=yaml, infra___stack__json=json, package__json='{"a": 1}')
    assert _settings(project) == [
        ("stack.json", 2, "D", "x"),
        ("stack.json", 2, "F", "y"),
        ("template.yaml", 6, "A", "one"),
        ("template.yaml", 13, "B", "two"),
    ]
    assert len(project.files) == 2


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        (
            "zappa_settings.json",
            '{"dev": {"environment_variables": {"A": "1"},\n"aws_environment_variables": {"B": "2"}}}',
            (1, 2),
        ),
        (
            "zappa_settings.toml",
            '[dev]\nx = 1\n[dev.environment_variables]\nA = "1"\n[dev.aws_environment_variables]\nB = "2"\n',
            (4, 6),
        ),
        (
            "zappa_settings.yml",
            "dev:\n  environment_variables:\n    A: 1\n  aws_environment_variables:\n    B: 2\n",
            (3, 5),
        ),
    ],
)
def test_zappa_settings(tmp_path: Path, name: str, text: str, lines: tuple[int, int]) -> None:
    (tmp_path / name).write_text(text)
    assert _settings(read_project(tmp_path)) == [(name, lines[0], "A", "1"), (name, lines[1], "B", "2")]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("env.json", f'{{"PASSWORD": {CANARY}}}', "env.json:1:14` is not JSON"),
        ("serverless.yml", f"a: [{CANARY}", "is not YAML"),
        ("zappa_settings.toml", f"PASSWORD = {CANARY}", "is not TOML"),
        ("serverless.ts", f"export default '{CANARY}'", "is a program"),
        ("zappa_settings.py", "", "is a program"),
        (".env", "\udcff", "is not UTF-8"),
        (".env", "A=" + "x" * 1_100_000, "is larger than 1,048,576 bytes"),
        ("serverless.yml", "a: &a [x, *a]\nprovider: *a\n", "to itself"),
        ("serverless.yml", "a: " + "[" * 5_000 + "]" * 5_000, "is nested too deep"),
        ("env.json", '{"a":' * 5_000, "is not JSON"),
    ],
)
def test_what_cannot_be_read_is_said_without_its_content(tmp_path: Path, name: str, text: str, reason: str) -> None:
    (tmp_path / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    project = read_project(tmp_path)
    assert [reason in one.reason for one in project.unread] == [True], project.unread
    assert CANARY not in repr(project.unread)


def test_a_file_that_multiplies_itself_is_unread(tmp_path: Path) -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 9))
    project = _read(tmp_path, serverless__yml="l0: &l0 [x]\n" + levels)
    assert ["unfolds to more" in one.reason for one in project.unread] == [True]


def test_what_others_wrote_and_links_are_passed_over(tmp_path: Path) -> None:
    _read(tmp_path, node_modules___x___env="", src___app__py="PASSWORD = 1", secrets__env__vault="A=1")
    (tmp_path / "node_modules" / ".env").write_text("A=1")
    (tmp_path / "outside").write_text("A=1")
    (tmp_path / ".env").symlink_to(tmp_path / "outside")
    assert read_project(tmp_path).files == ()


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is no folder"):
        read_project(tmp_path / "none")


def test_two_slashes_in_a_parameter_s_arn(tmp_path: Path) -> None:
    text = (
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n"
        "      Policies:\n        - SSMParameterReadPolicy:\n            ParameterName: /app/db\n"
        "        - SSMParameterReadPolicy:\n            ParameterName: app/db\n"
        "        - Statement:\n            Resource: !Sub arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:parameter//app/db\n"
        "        - Statement:\n            Resource: !Sub arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:parameter/app/db\n"
    )
    found = judge_project(_read(tmp_path, template__yaml=text), frozenset())
    assert [(one.rule, one.severity, one.subject.rpartition(":")[2]) for one in found] == [
        ("secret-arn-double-slash", Severity.MEDIUM, "12"),
        ("secret-arn-double-slash", Severity.MEDIUM, "8"),
    ]


def test_findings_name_file_line_and_key_and_nothing_of_the_value(tmp_path: Path) -> None:
    project = _read(tmp_path, __env=f"STAGE=dev\nDB_PASSWORD={CANARY}\n", __env__example="DB_PASSWORD=postgres\n")
    (finding,) = judge_project(project, frozenset())
    assert (finding.rule, finding.subject) == ("secret-in-project-file", f"{tmp_path}/.env:2")
    assert "`DB_PASSWORD`" in finding.message
    assert CANARY not in repr(finding)


def _git(folder: Path, *words: str) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *words], cwd=folder, env=environment, check=True, capture_output=True)


def test_a_file_that_git_ignores_is_low_and_one_that_is_tracked_is_not(tmp_path: Path) -> None:
    project = _read(
        tmp_path, __env=f"DB_PASSWORD={CANARY}\n", __gitignore=".env\n*.env\n", prod__env=f"API_KEY={CANARY}\n"
    )
    assert kept_out_of_git(tmp_path, project.files) == frozenset()
    _git(tmp_path, "init", "--quiet")
    _git(tmp_path, "add", "--force", "prod.env")
    kept = kept_out_of_git(tmp_path, project.files)
    assert kept == {str(tmp_path / ".env")}
    assert [(one.subject.rpartition("/")[2], one.severity) for one in judge_project(project, kept)] == [
        (".env:1", Severity.LOW),
        ("prod.env:1", Severity.MEDIUM),
    ]


def test_asking_git_runs_nothing_that_the_folder_configures(tmp_path: Path) -> None:
    project = _read(tmp_path, __env="A=1\n", __gitignore=".env\n")
    _git(tmp_path, "init", "--quiet")
    _git(tmp_path, "config", "core.fsmonitor", f"touch {tmp_path}/ran; false")
    assert kept_out_of_git(tmp_path, project.files)
    assert not (tmp_path / "ran").exists()


def test_without_git_nothing_is_known_to_be_kept_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert kept_out_of_git(tmp_path, [str(tmp_path / ".env")]) == frozenset()
