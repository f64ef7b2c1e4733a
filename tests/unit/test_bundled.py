"""The bundled data is found, whole, and well formed."""

import json

import pytest

from secrets_cli.bundled import bundled, bundled_names
from secrets_cli.errors import ConfigurationError

POLICIES = [name for name in bundled_names("policies") if name.endswith(".json") and not name.startswith("gate/")]
"""Policies to be used; those below `gate/` are examples of the gate's rules, and some are wrong on purpose."""


def test_the_policies_of_zappa_are_there() -> None:
    assert {"zappa/default-execution.json", "zappa/trust.json", "zappa/extra-permissions-example.json"} <= set(POLICIES)


@pytest.mark.parametrize("name", POLICIES)
def test_each_policy_is_a_policy(name: str) -> None:
    policy = json.loads(bundled("policies", name))
    assert policy["Version"] == "2012-10-17"
    assert policy["Statement"]
    for statement in policy["Statement"]:
        assert statement["Effect"] in ("Allow", "Deny")


def test_the_readme_names_every_policy_and_keeps_the_notice() -> None:
    readme = bundled("policies", "README.md")
    assert all(f"`{name}`" in readme for name in POLICIES)
    assert "Copyright (c) 2017 Rich Jones" in readme
    assert "The above copyright notice and this permission notice shall be included" in readme


@pytest.mark.parametrize(("folder", "name"), [("policies", "none.json"), ("none", "x"), ("policies", "zappa")])
def test_a_missing_file_is_named(folder: str, name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"`{folder}/{name}` is missing") as caught:
        bundled(folder, name)
    assert caught.value.help


def test_a_missing_folder_has_no_names() -> None:
    assert bundled_names("none") == ()
