"""Zappa's settings: what each stage's role gets, and which setting brings it."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import UNKNOWN, Found, PolicyAt, Supplied
from secrets_cli.inputs.zappa_settings import (
    ZappaDefaults,
    default_project_name,
    read_zappa_settings,
    zappa_function_name,
    zappa_role_name,
)
from secrets_cli.inputs.zappa_syntax import MAX_STAGES_EXTENDED

_STATEMENT = {"Effect": "Allow", "Action": ["ssm:GetParameter"], "Resource": "*"}


@pytest.fixture(scope="module")
def defaults() -> ZappaDefaults:
    folder = Path(__file__).resolve().parents[3] / "policies" / "zappa"
    execution = (folder / "default-execution.json").read_text(encoding="utf-8")
    trust = (folder / "trust.json").read_text(encoding="utf-8")
    return ZappaDefaults(parse_policy(execution, "default"), parse_policy(trust, "trust", PolicyKind.TRUST))


def _read(
    settings: object,
    defaults: ZappaDefaults,
    files: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
) -> Found:
    text = settings if isinstance(settings, str) else json.dumps(settings, indent=2)
    supplied = Supplied(values or {}, (files or {}).get)
    return read_zappa_settings(text, "app/zappa_settings.json", supplied, defaults)


def _said(found: Found) -> list[tuple[str, str, str, str]]:
    return [(one.kind.value, one.principal, one.attached_by, str(one.location)) for one in found.policies]


def test_without_any_setting_zappas_default_policy_stands_at_the_stage(defaults: ZappaDefaults) -> None:
    found = _read('{\n  "dev": {"app_function": "app.app"}\n}', defaults)
    assert _said(found) == [
        ("identity", "stage dev", "Zappa's default policy", "app/zappa_settings.json:2:3"),
        ("trust", "stage dev", "Zappa's default trust policy", "app/zappa_settings.json:2:3"),
    ]
    assert found.unresolved == ()
    policy = found.policies[0].policy
    assert policy.statements == defaults.execution.statements
    assert {str(one.location) for one in policy.statements} == {"app/zappa_settings.json:2:3"}
    assert {str(one.action.location) for one in policy.statements} == {"app/zappa_settings.json:2:3"}


def test_where_roles_are_managed_by_name_the_default_policy_stands_at_that_setting(defaults: ZappaDefaults) -> None:
    found = _read('{"dev": {\n  "manage_roles": true}}', defaults)
    assert [str(one.location) for one in found.policies] == ["app/zappa_settings.json:2:3"] * 2


@pytest.mark.parametrize("value", ["false", "null", "0", '""', "[]", "{}"])
def test_roles_that_are_not_managed_have_no_policy_here(value: str, defaults: ZappaDefaults) -> None:
    text = f'{{"dev": {{"manage_roles": {value}, "role_name": "r", "extra_permissions": [1], "attach_policy": "x"}}}}'
    assert _read(text, defaults).policies == ()


def test_a_text_that_says_false_is_true_to_python(defaults: ZappaDefaults) -> None:
    assert len(_read({"dev": {"manage_roles": "false"}}, defaults).policies) == 2


def test_extra_permissions_stand_at_their_own_places(defaults: ZappaDefaults) -> None:
    text = '{"dev": {\n  "extra_permissions": [\n    {"Effect": "Allow", "Action": ["ssm:*"],\n     "Resource": "*"}\n  ]\n}}'
    found = _read(text, defaults)
    extra = found.policies[1]
    assert (extra.attached_by, str(extra.location)) == ("", "app/zappa_settings.json:2:24")
    (statement,) = extra.policy.statements
    assert str(statement.location) == "app/zappa_settings.json:3:5"
    assert str(statement.action.location) == "app/zappa_settings.json:3:25"
    assert statement.resource is not None
    assert str(statement.resource.location) == "app/zappa_settings.json:4:6"


@pytest.mark.parametrize("value", [None, []])
def test_no_extra_permissions_add_nothing(value: object, defaults: ZappaDefaults) -> None:
    assert len(_read({"dev": {"extra_permissions": value}}, defaults).policies) == 2


def test_the_policy_files_take_the_place_of_the_defaults(defaults: ZappaDefaults) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    files = {
        "iam/attach.json": '\n{"Statement":\n' + json.dumps([_STATEMENT]) + "}",
        "assume.json": json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    }
    settings = '{"dev": {"attach_policy": "iam/attach.json",\n"assume_policy": "assume.json"}}'
    found = _read(settings, defaults, files)
    assert _said(found) == [
        ("identity", "stage dev", "`attach_policy` at app/zappa_settings.json:1:27", "app/iam/attach.json:2:1"),
        ("trust", "stage dev", "`assume_policy` at app/zappa_settings.json:2:18", "app/assume.json:1:1"),
    ]
    assert str(found.policies[0].policy.statements[0].location) == "app/iam/attach.json:3:2"


def test_extra_permissions_have_the_version_of_the_policy_they_are_appended_to(defaults: ZappaDefaults) -> None:
    files = {"a.json": json.dumps({"Statement": [_STATEMENT]})}
    settings = {"dev": {"attach_policy": "a.json", "extra_permissions": [_STATEMENT]}}
    assert [one.policy.version for one in _read(settings, defaults, files).policies[:2]] == ["2008-10-17"] * 2


def test_a_policy_file_that_is_not_there_is_unresolved(defaults: ZappaDefaults) -> None:
    found = _read('{"dev": {"attach_policy": "gone.json"}}', defaults)
    assert [one.kind for one in found.policies] == [PolicyKind.TRUST]
    (missing,) = found.unresolved
    assert str(missing.location) == "app/zappa_settings.json:1:27"
    assert missing.reason == "`gone.json`, the file of `attach_policy`, cannot be read"


def test_a_policy_file_that_is_no_json_is_refused_at_its_place(defaults: ZappaDefaults) -> None:
    with pytest.raises(MalformedInput, match=r"^app/a\.json:2:1: "):
        _read({"dev": {"attach_policy": "a.json"}}, defaults, {"a.json": "{\n// no\n}"})


def test_a_policy_that_aws_would_refuse_hides_no_other(defaults: ZappaDefaults) -> None:
    bad = {**_STATEMENT, "Effect": "allow"}
    found = _read({"dev": {"extra_permissions": [bad]}, "prod": {}}, defaults)
    assert [one.principal for one in found.policies] == ["stage dev"] * 2 + ["stage prod"] * 2
    (refused,) = found.unresolved
    assert "`Effect` is `allow`" in refused.reason


class TestExtends:
    """`extends`: a stage's own settings over those of another."""

    def test_settings_are_taken_over_whole_and_stand_where_they_are_written(self, defaults: ZappaDefaults) -> None:
        text = (
            '{"base": {"manage_roles": false},\n'
            ' "mid": {"extends": "base", "manage_roles": true,\n'
            f'  "extra_permissions": [{json.dumps(_STATEMENT)}]}},\n'
            ' "prod": {"extends": "mid", "extra_permissions": []},\n'
            ' "qa": {"extends": "mid"}}'
        )
        found = _read(text, defaults)
        assert [one.principal for one in found.policies].count("stage base") == 0
        assert [str(one.location) for one in found.policies if one.principal == "stage prod"] == [
            "app/zappa_settings.json:2:29"
        ] * 2
        assert [str(one.location) for one in found.policies if one.principal == "stage qa"] == [
            "app/zappa_settings.json:2:29",
            "app/zappa_settings.json:3:24",
            "app/zappa_settings.json:2:29",
        ]

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"dev": {"extends": "dev"}}, "the stage `dev` extends itself"),
            ({"dev": {"extends": "b"}, "b": {"extends": "dev"}}, "the stage `dev` extends itself"),
            ({"dev": {"extends": "gone"}}, "`extends` names the stage `gone`, which is not there"),
            ({"dev": {"extends": ["a"]}}, "`extends` names a stage and is no text"),
            ({"dev": {"extends": "a"}, "a": 1}, "the stage `a` is no object"),
        ],
    )
    def test_chains_that_lead_nowhere_are_refused(
        self, settings: object, message: str, defaults: ZappaDefaults
    ) -> None:
        with pytest.raises(MalformedInput, match=message):
            _read(settings, defaults)

    def test_a_long_chain_is_refused(self, defaults: ZappaDefaults) -> None:
        count = MAX_STAGES_EXTENDED + 1
        settings = {f"s{n}": {"extends": f"s{n + 1}"} for n in range(count)} | {f"s{count}": {}}
        with pytest.raises(MalformedInput, match="extends itself"):
            _read(settings, defaults)

    def test_an_empty_extends_is_none(self, defaults: ZappaDefaults) -> None:
        assert len(_read({"dev": {"extends": None}}, defaults).policies) == 2


def _added(found: Found) -> list[PolicyAt]:
    return [one for one in found.policies if one.attached_by.startswith("`")]


class TestAdditions:
    """What Zappa adds by itself."""

    @pytest.mark.parametrize("value", [True, {"Arn": "x"}, [{"Arn": "x"}]])
    def test_file_systems_are_mounted(self, value: object, defaults: ZappaDefaults) -> None:
        (added,) = _added(_read({"dev": {"vpc_config": {}, "efs_config": value}}, defaults))
        assert added.attached_by == "`efs_config`"
        assert added.policy.statements[0].action.values == (
            "elasticfilesystem:ClientMount",
            "elasticfilesystem:ClientWrite",
            "elasticfilesystem:DescribeMountTargets",
        )

    def test_web_sockets_are_answered(self, defaults: ZappaDefaults) -> None:
        settings = {"dev": {"websocket_handler_module": "a.b", "aws_region": "eu-west-1"}}
        (added,) = _added(_read(settings, defaults))
        assert added.policy.statements[0].resource is not None
        assert added.policy.statements[0].resource.values == (f"arn:aws:execute-api:eu-west-1:{UNKNOWN}:*",)
        (known,) = _added(_read(settings, defaults, values={"AWS::AccountId": "123456789012"}))
        assert known.policy.statements[0].resource is not None
        assert known.policy.statements[0].resource.values == ("arn:aws:execute-api:eu-west-1:123456789012:*",)

    def test_nothing_for_vpc_and_environment_variables(self, defaults: ZappaDefaults) -> None:
        settings = {
            "dev": {"vpc_config": {"SubnetIds": ["s"]}, "environment_variables": {"A": "b"}, "efs_config": False}
        }
        assert len(_read(settings, defaults).policies) == 2


class TestFormats:
    """The other formats say the same."""

    @pytest.mark.parametrize(
        ("name", "text", "line"),
        [
            (
                "zappa_settings.yml",
                "dev:\n  extra_permissions:\n  - {Effect: Allow, Action: 'ssm:*', Resource: '*'}\n",
                3,
            ),
            (
                "zappa_settings.yaml",
                "dev:\r\n  extra_permissions:\r\n  - Effect: Allow\r\n    Action: ssm:*\r\n    Resource: '*'\r\n",
                3,
            ),
            ("zappa_settings.toml", '[dev]\nextra_permissions = [{Effect="Allow", Action="ssm:*", Resource="*"}]\n', 2),
            (
                "zappa_settings.toml",
                '[dev]\ns3_bucket = "b"\n\n[[dev.extra_permissions]]\nEffect = "Allow"\nAction = "ssm:*"\nResource = "*"\n',
                4,
            ),
        ],
    )
    def test_the_statement_stands_at_its_line(self, name: str, text: str, line: int, defaults: ZappaDefaults) -> None:
        found = read_zappa_settings(text, name, Supplied(), defaults)
        (extra,) = (one for one in found.policies if not one.attached_by)
        (statement,) = extra.policy.statements
        assert statement.action.values == ("ssm:*",)
        assert statement.location is not None
        assert statement.location.line == line
        assert [str(one.location) for one in found.policies if one.attached_by] == [
            f"{name}:1:{'2' if 'toml' in name else '1'}"
        ] * 2

    def test_yaml_templates_are_no_stages(self, defaults: ZappaDefaults) -> None:
        text = ".base: &base\n  manage_roles: false\nx-y: 1\ndev:\n  <<: *base\n"
        assert read_zappa_settings(text, "zappa_settings.yml", Supplied(), defaults).policies == ()

    @pytest.mark.parametrize(
        ("name", "text", "message"),
        [
            ("zappa_settings.json", "[]", "zappa_settings.json:1:1: the settings are no object"),
            ("zappa_settings.json", '{"dev": []}', "zappa_settings.json:1:9: the stage `dev` is no object"),
            ("zappa_settings.json", '{"dev": {"extra_permissions": {}, "a": 1}, // c\n}', "zappa_settings.json:1:44: "),
            ("zappa_settings.json", '{"dev": {"extra_permissions": "x"}}', "`extra_permissions` is no list"),
            ("zappa_settings.json", '{"dev": {"attach_policy": 1}}', "`attach_policy` names a file and is no text"),
            ("zappa_settings.json", '{"dev": {"attach_policy": "\ufffc"}}', "U\\+FFFC"),
            ("zappa_settings.yml", "dev: [", "zappa_settings.yml:"),
            ("zappa_settings.yml", "dev: !!python/object/apply:os.system [x]", "zappa_settings.yml:1:6"),
            ("zappa_settings.toml", "[dev]\na = ", "zappa_settings.toml:2:5: "),
            ("zappa_settings.toml", "[dev]\n[dev]\n", "zappa_settings.toml:2:"),
        ],
    )
    def test_what_is_none_of_its_format_is_refused_at_its_place(
        self, name: str, text: str, message: str, defaults: ZappaDefaults
    ) -> None:
        with pytest.raises(MalformedInput, match=message):
            read_zappa_settings(text, name, Supplied(), defaults)


def test_comments_in_json_are_refused_with_what_to_do(defaults: ZappaDefaults) -> None:
    with pytest.raises(MalformedInput) as refused:
        _read('{"dev": {"slim_handler": true, // the reason\n "a": 1}}', defaults)
    assert "remove them" in refused.value.help


class TestNames:
    """What Zappa calls things."""

    @pytest.mark.parametrize(
        ("project", "stage", "name"),
        [
            ("app", "dev", "app-dev"),
            ("zappa-tutorial-", "dev", "zappa-tutorial-dev"),
            ("My App", "prod_1", "my-app-prod-1"),
            ("Café", "dev", "cafe-dev"),
        ],
    )
    def test_a_function_has_the_slug_of_project_and_stage(self, project: str, stage: str, name: str) -> None:
        assert zappa_function_name(project, stage) == name
        assert zappa_role_name(project, stage) == f"{name}-ZappaLambdaExecutionRole"

    def test_a_project_without_a_name_has_that_of_its_folder(self) -> None:
        assert default_project_name("My Very Long Project Name") == "my-very-long-pr"
