"""What an independent linter says of a narrowed policy. Its data is older than ours: actions it does not know are left out."""

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.demo.orders import ROLE_ARN
from secrets_cli.demo.walkthrough import prepare
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.render import render_policy
from secrets_cli.narrow.configuration import parse_configurations
from secrets_cli.narrow.narrow import Ask, narrow
from secrets_cli.narrow.narrowing import Narrowing
from secrets_cli.usage.engine import scan


@pytest.fixture(scope="module")
def parliament() -> Any:
    """parliament, whose import of pkg_resources warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import parliament  # type: ignore[import-untyped]  # it has no stubs

    return parliament


def test_parliament_finds_nothing_wrong_with_the_demos_policy(parliament: Any, tmp_path: Path) -> None:
    inputs = prepare(tmp_path / "demo")
    ask = Ask(
        principal=ROLE_ARN,
        policies=tuple(parse_policy(path.read_text(encoding="utf-8"), path.name) for path in inputs.policies),
        usage=scan([str(inputs.logs.folder)], frozenset({ROLE_ARN})),
        configurations=parse_configurations(inputs.function_configuration.read_text(encoding="utf-8"), "f.json"),
        drop_invisible=frozenset({"all"}),
    )
    result = narrow(ask, load_catalog())
    assert isinstance(result, Narrowing)
    for policy in result.policies:
        found = parliament.analyze_policy_string(render_policy(policy)).findings
        assert [finding.issue for finding in found if finding.issue != "UNKNOWN_ACTION"] == []


def test_parliament_would_have_found_something(parliament: Any) -> None:
    mixed = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket-alone"}
    found = parliament.analyze_policy_string(json.dumps({"Version": "2012-10-17", "Statement": [mixed]})).findings
    assert [finding.issue for finding in found] == ["RESOURCE_MISMATCH"]
