"""Look-ups in a catalog made by hand."""

import time

import pytest

from secrets_cli.catalog.action_pattern import ActionPattern
from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.http_route import ApiModel
from secrets_cli.catalog.known_requests import KnownToCatalog
from secrets_cli.catalog.service import Service, arn_pattern
from tests.unit.catalog.made_catalog import BOX, HEADER, KEY, POINT, ROUTE, made_catalog


def test_names_are_found_in_any_case_and_answered_in_the_catalogs_spelling() -> None:
    catalog = made_catalog()
    action = catalog.action("BOX:getobject")
    assert action is not None
    assert action.full_name == "box:GetObject"
    assert catalog.service("Box") is BOX


@pytest.mark.parametrize("name", ["box:Nothing", "nothing:GetObject", "GetObject", "", ":", "box:", "box:GetObject:x"])
def test_an_unknown_action_is_none(name: str) -> None:
    catalog = made_catalog()
    assert catalog.action(name) is None
    assert catalog.resource_patterns(name) is None
    assert catalog.resource_types(name) is None


def test_only_ascii_letters_have_case() -> None:
    catalog = made_catalog()
    assert catalog.service("\N{KELVIN SIGN}ey") is None
    assert catalog.action("\N{KELVIN SIGN}ey:Encrypt") is None
    assert catalog.expand("\N{KELVIN SIGN}ey:*") == ()
    assert catalog.expand("*:Loc\N{KELVIN SIGN}*") == ()


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("box:GetObject", ["box:GetObject"]),
        ("BOX:*OBJECT", ["box:GetObject", "box:PutObject"]),
        ("box:?etObject", ["box:GetObject"]),
        ("box:?GetObject", []),
        ("box:*", ["box:GetObject", "box:ListBoxes", "box:PutObject"]),
        ("box*:GetObject", ["box-more:GetObject", "box:GetObject"]),
        ("b?x:List**", ["box:ListBoxes"]),
        ("*:*o*t", ["box-more:GetObject", "box:GetObject", "box:PutObject"]),
        ("*", ["box-more:GetObject", "box:GetObject", "box:ListBoxes", "box:PutObject", "key:Encrypt"]),
        ("**", ["box-more:GetObject", "box:GetObject", "box:ListBoxes", "box:PutObject", "key:Encrypt"]),
        ("*:*", ["box-more:GetObject", "box:GetObject", "box:ListBoxes", "box:PutObject", "key:Encrypt"]),
        ("nothing:*", []),
        ("box", []),
        ("", []),
        ("box:Get[A-Z]*", []),
        ("box:GetObject\n", []),
    ],
)
def test_a_pattern_expands_to_the_sorted_known_actions_it_matches(pattern: str, names: list[str]) -> None:
    assert list(made_catalog().expand(pattern)) == names


def test_a_hostile_pattern_takes_no_longer_than_a_plain_one() -> None:
    hostile = ActionPattern("a*" * 200 + "b")
    started = time.process_time()
    assert not hostile.matches("a" * 5_000)
    assert time.process_time() - started < 2


def test_resource_patterns_are_those_of_the_types_the_action_takes() -> None:
    catalog = made_catalog()
    assert catalog.resource_patterns("box:GetObject") == ("arn:*:box:*:*:point/*/object/*", "arn:*:box:::*/*")
    assert catalog.resource_patterns("box:PutObject") == ("arn:*:box:::*/*",)
    assert catalog.resource_patterns("box:ListBoxes") == ()


def test_resource_types_are_those_the_action_takes() -> None:
    kinds = made_catalog().resource_types("key:encrypt")
    assert kinds == KEY.resource_types


@pytest.mark.parametrize(
    ("arn_format", "pattern"),
    [
        (POINT, "arn:*:box:*:*:point/*/object/*"),
        ("arn:${Partition}:x:::${A}${B}", "arn:*:x:::*"),
        ("arn:${Partition}:x:::${A}*", "arn:*:x:::*"),
        ("arn:${Partition}:x:::{A}-${B}", "arn:*:x:::*-*"),
        ("arn:aws:x:::fixed", "arn:aws:x:::fixed"),
    ],
)
def test_each_placeholder_becomes_one_star(arn_format: str, pattern: str) -> None:
    assert arn_pattern(arn_format) == pattern


def test_a_service_is_read_once_and_only_when_asked_for() -> None:
    held = {"box": BOX, "key": KEY}
    read: list[str] = []

    def read_service(prefix: str) -> Service:
        read.append(prefix)
        return held[prefix]

    catalog = Catalog(HEADER, held, read_service)
    assert catalog.services() == ("box", "key")
    assert read == []
    catalog.action("box:GetObject")
    catalog.expand("box:*")
    catalog.service("BOX")
    assert read == ["box"]
    catalog.all_actions()
    assert sorted(read) == ["box", "key"]


def test_an_operation_is_found_in_its_own_model_alone() -> None:
    catalog = made_catalog()
    assert catalog.http_route(ApiModel.HTTP, "GetApis") == ROUTE
    assert catalog.http_route(ApiModel.REST, "GetApis") is None


def test_a_request_without_resource_is_known_where_no_type_is_required() -> None:
    known = KnownToCatalog(made_catalog())
    assert known.resource_patterns("box:ListBoxes") == ("*",)
    assert known.resource_patterns("box:PutObject") == ("arn:*:box:::*/*",)
    assert known.resource_patterns("box:GetObject") == ("arn:*:box:*:*:point/*/object/*", "arn:*:box:::*/*", "*")
    assert known.resource_patterns("box:Nothing") is None
    assert known.matching("box:*Object") == ("box:GetObject", "box:PutObject")
