"""The tables of exposing actions: known actions, each once, and such that a policy could limit them."""

from collections.abc import Sequence

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.gate.exposure.credentials import RETURNS_CREDENTIALS
from secrets_cli.gate.exposure.data import READS_DATA
from secrets_cli.gate.exposure.opening import OPENS_RESOURCES
from secrets_cli.gate.exposure.table import Exposing
from secrets_cli.gate.persona import Persona

TABLES = pytest.mark.parametrize("table", [READS_DATA, OPENS_RESOURCES, RETURNS_CREDENTIALS])


@TABLES
def test_actions_are_known_and_spelled_as_in_the_catalog(table: Sequence[Exposing]) -> None:
    catalog = load_catalog()
    for action in (action for row in table for action in row.actions):
        known = catalog.action(action)
        assert known is not None, action
        assert known.full_name == action


@TABLES
def test_no_action_stands_twice(table: Sequence[Exposing]) -> None:
    actions = [action for row in table for action in row.actions]
    assert len(set(actions)) == len(actions)


@TABLES
def test_what_cannot_be_limited_to_resources_is_not_told_to_everybody(table: Sequence[Exposing]) -> None:
    catalog = load_catalog()
    told = [action for row in table if row.persona is Persona.DEFAULT for action in row.actions]
    assert [action for action in told if not catalog.resource_patterns(action)] == []
