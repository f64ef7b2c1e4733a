"""The typed calls of Parameter Store, against moto."""

import pytest

from secrets_cli.aws.parameters import ParameterFilter, ParameterStore, Write
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AlreadyThere, NotThere
from secrets_cli.secret_value import SecretValue


def _write(name: str, text: str = "v", *, overwrite: bool = True) -> Write:
    return Write(name, SecretValue(text), "alias/aws/ssm", overwrite=overwrite)


def test_a_value_comes_back_as_it_was_written(aws: Connection) -> None:
    store = ParameterStore(aws)
    assert store.put(_write("/a/b", "first")).version == 1
    assert store.put(_write("/a/b", "second")).version == 2
    assert store.get("/a/b").value == SecretValue("second")
    assert store.get("/a/b:1").value == SecretValue("first")
    assert [version.number for version in store.history("/a/b")] == [1, 2]
    assert all(version.value is None for version in store.history("/a/b"))


def test_many_are_fetched_in_calls_of_ten_and_the_missing_are_answered(aws: Connection) -> None:
    store = ParameterStore(aws)
    names = [f"/many/{number}" for number in range(23)]
    for name in names:
        store.put(_write(name, name))
    fetched = store.get_many([*names, "/many/none"])
    assert {parameter.name for parameter in fetched.found} == set(names)
    assert fetched.missing == ("/many/none",)
    assert len(list(store.under("/many"))) == 23
    assert len(list(store.describe(ParameterFilter("Path", ("/many",), "Recursive")))) == 23


def test_what_is_there_already_and_what_is_not_are_told_apart(aws: Connection) -> None:
    store = ParameterStore(aws)
    store.put(_write("/once"))
    with pytest.raises(AlreadyThere):
        store.put(_write("/once", overwrite=False))
    with pytest.raises(NotThere) as raised:
        store.get("/none")
    assert raised.value.code == "ParameterNotFound"
    assert raised.value.message == "there is no parameter `/none`"
    assert store.delete(["/once", "/none"]) == (("/once",), ("/none",))


def test_labels_and_tags(aws: Connection) -> None:
    store = ParameterStore(aws)
    store.put(_write("/labelled"))
    assert store.label("/labelled", 1, ["good", "1bad"]) == ("1bad",)
    assert store.get("/labelled:good").version == 1
    store.tag("/labelled", {"team": "a"})
    assert store.tags("/labelled") == {"team": "a"}
    store.untag("/labelled", ["team"])
    assert store.tags("/labelled") == {}
