"""Which parameters words name, and which of two that become one variable counts."""

import pytest

from secrets_cli.aws.parameters import ParameterStore, Write
from secrets_cli.aws.target import Connection
from secrets_cli.errors import ConfigurationError, NotThere
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.environment.collect import (
    Variable,
    choose,
    collect,
    refuse_dangerous,
    refuse_nul,
    variables_of,
)
from secrets_cli.secrets.environment.environment_names import Naming

CANARY = "cnry-5f1b"


@pytest.fixture
def store(aws: Connection) -> ParameterStore:
    made = ParameterStore(aws)
    for name in ("/app/prod/db-url", "/app/prod/API", "/app/prod/sub/key", "/app/other/API", "/app/prod", "single"):
        made.put(Write(name, SecretValue(f"v:{name}"), "alias/k"))
    made.put(Write("/app/prod/API", SecretValue("second"), "alias/k"))
    return made


def names(store: ParameterStore, *paths: str, single: tuple[str, ...] = (), recursive: bool = False) -> list[str]:
    return [one.source for one in collect(store, paths, single, recursive=recursive)]


def test_a_path_is_its_direct_children(store: ParameterStore) -> None:
    assert names(store, "/app/prod") == ["/app/prod/API", "/app/prod/db-url"]
    assert names(store, "/app/prod/") == ["/app/prod/API", "/app/prod/db-url"]


def test_recursive_takes_folders_below_and_joins_their_names(store: ParameterStore) -> None:
    found = collect(store, ["/app/prod"], recursive=True)
    assert [one.name for one in variables_of(found, Naming())] == ["API", "DB_URL", "SUB_KEY"]


def test_a_word_with_nothing_below_is_a_parameter(store: ParameterStore) -> None:
    assert names(store, "/app/prod/db-url", "single") == ["/app/prod/db-url", "single"]
    assert [one.relative for one in collect(store, ["/app/prod/db-url"])] == ["db-url"]


def test_a_name_is_never_taken_for_a_path(store: ParameterStore) -> None:
    assert names(store, single=("/app/prod",)) == ["/app/prod"]


def test_versions_and_arns_name_one_parameter(store: ParameterStore) -> None:
    arn = "arn:aws:ssm:us-east-1:123456789012:parameter/app/other/API"
    found = collect(store, ["/app/prod/API:1", arn])
    assert [(one.source, one.value.reveal()) for one in found] == [
        ("/app/prod/API:1", "v:/app/prod/API"),
        ("/app/other/API", "v:/app/other/API"),
    ]


def test_every_word_without_a_parameter_is_named(store: ParameterStore) -> None:
    with pytest.raises(NotThere) as missing:
        collect(store, ["/app/prod", "/none", "/app/none/"], ["/app/neither"])
    assert all(f"`{word}`" in missing.value.message for word in ("/none", "/app/none/", "/app/neither"))
    assert "`/app/prod`" not in missing.value.message


def test_a_word_that_is_neither_path_nor_name_is_refused(store: ParameterStore) -> None:
    with pytest.raises(ConfigurationError):
        collect(store, ["/app//prod"])


def variable(name: str, source: str, place: int, value: str = CANARY) -> Variable:
    return Variable(name, source, SecretValue(value), place)


def test_the_later_word_wins_and_the_collision_names_both() -> None:
    chosen = choose([variable("A", "/one/a", 0, "1"), variable("B", "/one/b", 0), variable("A", "/two/a", 1, "2")])
    assert [(one.name, one.value.reveal()) for one in chosen.variables] == [("A", "2"), ("B", CANARY)]
    (collision,) = chosen.collisions
    assert (collision.used, collision.dropped) == ("/two/a", "/one/a")
    assert str(collision) == "`A` comes from both `/one/a` and `/two/a`"


def test_two_of_one_word_are_refused_all_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        choose([variable(name, f"/p/{source}", 0) for name, source in (("A", "a"), ("A", "A"), ("B", "b"), ("B", "B"))])
    assert all(word in refused.value.message for word in ("`A`", "`/p/a`", "`/p/A`", "`B`", "`/p/b`", "`/p/B`"))
    assert CANARY not in refused.value.message


def test_a_word_given_twice_collides_with_nothing() -> None:
    assert choose([variable("A", "/p/a", 0), variable("A", "/p/a", 1)]).collisions == ()


def test_dangerous_names_are_refused_all_at_once_unless_allowed() -> None:
    both = [variable("LD_PRELOAD", "/p/ld-preload", 0), variable("PATH", "/p/path", 0), variable("OK", "/p/ok", 0)]
    with pytest.raises(ConfigurationError) as refused:
        refuse_dangerous(both, frozenset())
    assert all(word in refused.value.message for word in ("`LD_PRELOAD`", "`/p/ld-preload`", "`PATH`"))
    assert "`OK`" not in refused.value.message
    assert CANARY not in refused.value.message
    refuse_dangerous(both, frozenset({"PATH", "LD_PRELOAD"}))


def test_a_nul_is_refused_by_name_alone() -> None:
    with pytest.raises(ConfigurationError) as refused:
        refuse_nul([variable("A", "/p/a", 0, f"{CANARY}\0"), variable("B", "/p/b", 0)])
    assert "`/p/a`" in refused.value.message
    assert CANARY not in refused.value.message
