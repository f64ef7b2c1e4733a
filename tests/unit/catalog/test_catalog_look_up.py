"""What `catalog show NAME` takes a name for, and what it says of one it does not know."""

import pytest

from secrets_cli.catalog.look_up import FoundAction, FoundActions, FoundService, look_up, near_actions
from secrets_cli.errors import ConfigurationError, NothingToRead
from tests.unit.catalog.made_catalog import BOX, HEADER, made_catalog


def test_an_action_in_any_case() -> None:
    found = look_up(made_catalog(), "box:getobject")
    assert isinstance(found, FoundAction)
    assert found.action.full_name == "box:GetObject"


@pytest.mark.parametrize(
    ("pattern", "count"), [("*", 5), ("*:*", 5), ("box:*", 3), ("b*:get*", 2), ("box:Ge?Object", 1)]
)
def test_a_pattern(pattern: str, count: int) -> None:
    found = look_up(made_catalog(), pattern)
    assert isinstance(found, FoundActions)
    assert found.pattern == pattern
    assert len(found.actions) == count


def test_a_service_in_any_case() -> None:
    assert look_up(made_catalog(), "BOX") == FoundService(BOX)


@pytest.mark.parametrize(
    "text", ["", " ", "box:", ":GetObject", "box:Get Object", "a:b:c", "box/x", "box:é", "box:G\n"]
)
def test_other_text_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        look_up(made_catalog(), text)
    assert f"`{text}`" in refused.value.message
    assert "ssm:GetParameter" in refused.value.help


def test_a_wildcard_without_colon_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="it has no colon"):
        look_up(made_catalog(), "box*")


@pytest.mark.parametrize(
    ("name", "help_text"),
    [
        ("box:GetObjekt", "did you mean `box:GetObject` or `box:PutObject`?"),
        ("bx:GetObject", "did you mean `box:GetObject`?"),
        ("zzzzzz:GetObject", "did you mean `box:GetObject` or `box-more:GetObject`?"),
        ("boxx", "did you mean `box`?"),
        ("box-mor", "did you mean `box-more` or `box`?"),
        (
            "box:Qqqqqq",
            "it may be newer than the catalog; `secrets-cli catalog show SERVICE` lists a service's actions",
        ),
        ("qqqq", "`secrets-cli catalog show '*:*'` lists every action"),
        ("box:Qqqqqq*", "`secrets-cli catalog show SERVICE` lists a service's actions"),
    ],
)
def test_an_unknown_name_is_named_and_near_names_are_offered(name: str, help_text: str) -> None:
    with pytest.raises(NothingToRead) as missing:
        look_up(made_catalog(), name)
    assert f"`{name}`" in missing.value.message
    assert HEADER.version in missing.value.message
    assert missing.value.help == help_text


def test_near_actions_are_real() -> None:
    catalog = made_catalog()
    for name in near_actions(catalog, "box:PutObjects"):
        assert catalog.action(name) is not None
