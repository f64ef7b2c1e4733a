"""Two sides compared: equal, different, on one side only, and never equal where unreadable."""

import pytest

from secrets_cli.aws.parameters import Fetched, Parameter, ParameterStore
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied, KeyUnusable, NothingToRead
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.transfer.comparing import Aspect, Side, Standing, compare, read_side
from tests.unit.secrets.transfer.made_parameters import described, put, put_plain

EXPIRY = '{"Type":"Expiration","Version":"1.0","Attributes":{"Timestamp":"2027-01-01T00:00:00.000Z"}}'


def _side(**values: str) -> Side:
    return Side({name: SecretValue(text) for name, text in values.items()})


def test_each_standing() -> None:
    found = compare(_side(a="1", b="2", c="3"), _side(b="2", c="4", d="5"))
    assert [(entry.name, entry.standing) for entry in found.entries] == [
        ("a", Standing.ONLY_A),
        ("b", Standing.EQUAL),
        ("c", Standing.CHANGED),
        ("d", Standing.ONLY_B),
    ]
    assert found.differs
    assert not compare(_side(a="1"), _side(a="1")).differs


def test_what_could_not_be_read_is_neither_equal_nor_different() -> None:
    found = compare(Side({}, {"a": "denied"}), _side(a="1", b="2"))
    assert found.of(Standing.UNREADABLE)[0].reason == "A: denied"
    both = compare(Side({}, {"a": "denied"}), Side({}, {"a": "key gone"}))
    assert both.entries[0].reason == "A: denied; B: key gone"
    assert not both.differs


def test_nothing_on_both_sides_is_no_equality() -> None:
    with pytest.raises(NothingToRead):
        compare(Side(), Side())


def test_metadata_differences_are_named() -> None:
    value = {"x": SecretValue("1")}
    a = Side(value, {}, {"x": described("/a/x", policies=(EXPIRY,), tier="Advanced")}, {"x": ("prod", "blue")})
    b = Side(value, {}, {"x": described("/b/x", key="arn:aws:kms:r:1:alias/one")}, {"x": ("blue",)})
    (entry,) = compare(a, b).entries
    assert entry.standing is Standing.CHANGED
    assert not entry.value_differs
    assert entry.aspects == (
        Aspect("tier", "Advanced", "Standard"),
        Aspect("labels", "blue, prod", "blue"),
        Aspect("expiry", "2027-01-01T00:00:00Z", ""),
    )


def test_a_side_is_read_with_names_relative_to_its_path(aws: Connection) -> None:
    store = ParameterStore(aws)
    for number in range(12):
        put(store, f"/a/deep/{number}")
    put_plain(aws, "/a/plain", "x")
    put(store, "/ab/other")
    store.label("/a/deep/3", 1, ["prod"])
    side = read_side(store, "/a", metadata=True)
    assert set(side.values) == {f"deep/{number}" for number in range(12)} | {"plain"}
    assert side.labels["deep/3"] == ("prod",)
    assert side.metadata["plain"].type == "String"


def test_a_side_may_be_one_parameter(aws: Connection) -> None:
    store = ParameterStore(aws)
    put(store, "/a/x", "1")
    put(store, "/a/y", "1")
    assert not compare(*(read_side(store, name, metadata=True) for name in ("/a/x", "/a/y"))).differs
    assert read_side(store, "/a/none", metadata=False) == Side()


def test_one_dead_key_does_not_hide_the_other_parameters(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS fails a whole GetParametersByPath and GetParameters where one value cannot be decrypted."""
    store = ParameterStore(aws)
    for number in range(25):
        put(store, f"/a/{number:02}")
    real_many, real_under = ParameterStore.get_many, ParameterStore.under

    def many(self: ParameterStore, names: tuple[str, ...], *, decrypt: bool = True) -> Fetched:
        if "/a/07" in names:
            raise KeyUnusable("the KMS key cannot be used")
        return real_many(self, names, decrypt=decrypt)

    def under(self: ParameterStore, path: str, *, recursive: bool = True, decrypt: bool = True) -> list[Parameter]:
        if decrypt:
            raise KeyUnusable("the KMS key cannot be used")
        return list(real_under(self, path, recursive=recursive, decrypt=decrypt))

    monkeypatch.setattr(ParameterStore, "get_many", many)
    monkeypatch.setattr(ParameterStore, "under", under)
    side = read_side(store, "/a", metadata=False)
    assert len(side.values) == 24
    assert side.unreadable == {"07": "the KMS key cannot be used"}


def test_a_path_that_may_not_be_listed_is_an_error(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(self: ParameterStore, path: str, *, recursive: bool = True, decrypt: bool = True) -> list[Parameter]:
        raise AccessDenied("AWS denied it")

    monkeypatch.setattr(ParameterStore, "under", denied)
    with pytest.raises(AccessDenied):
        read_side(ParameterStore(aws), "/a", metadata=False)
