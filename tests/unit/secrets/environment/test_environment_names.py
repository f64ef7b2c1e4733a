"""Which variable a parameter becomes, and which it may not set."""

import pytest

from secrets_cli.errors import ConfigurationError
from secrets_cli.secrets.environment.environment_names import (
    Naming,
    checked_naming,
    is_dangerous,
    relative_name,
    variable_name,
)


@pytest.mark.parametrize(
    ("parameter", "path", "expected"),
    [
        ("/app/prod/db-url", "/app/prod", "db-url"),
        ("/app/prod/db/main.url", "/app/prod", "db/main.url"),
        ("/top", "/", "top"),
        ("/app/prod/db-url", "", "db-url"),
        ("plain", "", "plain"),
    ],
)
def test_the_path_is_taken_off(parameter: str, path: str, expected: str) -> None:
    assert relative_name(parameter, path) == expected


@pytest.mark.parametrize(
    ("relative", "naming", "expected"),
    [
        ("db-url", Naming(), "DB_URL"),
        ("db/main.url", Naming(), "DB_MAIN_URL"),
        ("db-url", Naming(upper=False), "db_url"),
        ("db-url", Naming(prefix="app_"), "app_DB_URL"),
        ("2fa", Naming(), "_2FA"),
        ("2fa", Naming(prefix="X_"), "X_2FA"),
        ("db/main-url", Naming(upper=False, any_character=True), "db/main-url"),
        ("2fa", Naming(upper=False, any_character=True), "2fa"),
    ],
)
def test_names_are_made_of_what_shells_take(relative: str, naming: Naming, expected: str) -> None:
    assert variable_name(relative, naming) == expected


@pytest.mark.parametrize("prefix", ["1A", "A-", "A B", "$"])
def test_a_prefix_that_begins_no_name_is_refused_without_being_repeated(prefix: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        checked_naming(True, prefix)
    assert prefix not in refused.value.message


@pytest.mark.parametrize(
    "name",
    [
        "LD_PRELOAD",
        "LD_AUDIT",
        "DYLD_INSERT_LIBRARIES",
        "PATH",
        "BASH_ENV",
        "ENV",
        "IFS",
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "NODE_OPTIONS",
        "PERL5OPT",
        "RUBYOPT",
        "JAVA_TOOL_OPTIONS",
        "GIT_SSH_COMMAND",
        "GIT_CONFIG_COUNT",
        "EDITOR",
        "AWS_CONFIG_FILE",
        "npm_config_script_shell",
        "ld_preload",
        "KUBECONFIG",
        "HOME",
    ],
)
def test_what_decides_what_programs_run_is_dangerous(name: str) -> None:
    assert is_dangerous(name)


@pytest.mark.parametrize(
    "name",
    ["DB_URL", "API_KEY", "PYTHON_TOKEN", "AWS_ACCESS_KEY_ID", "GIT_TOKEN", "PATHS", "MY_LD_PRELOAD", "NODE_ENV"],
)
def test_ordinary_secrets_are_not(name: str) -> None:
    assert not is_dangerous(name)
