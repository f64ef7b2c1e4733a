"""Grants: what is taken, what is refused, and that equal grants are equal values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secrets_cli.broker.grants import Grant, canonical, parsed_allow, parsed_grants, principal_of
from secrets_cli.errors import ConfigurationError, MalformedInput
from tests.broker_samples import APP, GRANTS, OPS, TWIN


def test_a_file_is_read_in_canonical_form() -> None:
    app, twin, ops = parsed_grants(GRANTS, "grants.yaml")
    assert (app.principal.arn, twin.principal.arn, ops.principal.arn) == (APP, TWIN, OPS)
    assert (app.names, app.paths) == (twin.names, twin.paths) == (("/app/prod/db",), ("/app/prod/web",))
    assert ops.names == ("password",)
    assert app.covers("/app/prod/web/any/depth")
    assert not app.covers("/app/prod/web")
    assert not app.covers("/app/prod/webx")
    assert not app.covers("password")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "empty"),
        ("- a", 1, "not a mapping"),
        ("version: 1", 1, "no `grants`"),
        ("grants: {}", 1, "no `version`"),
        ("version: 2\ngrants: {}", 1, "version"),
        ("version: 1\ngrants: []", 2, "not a mapping"),
        ("version: 1\nversion: 1\ngrants: {}", 2, "twice"),
        ("version: 1\ngrants: {}\nmore: 1", 3, "`more` is no element of the file"),
        (f"version: 1\ngrants:\n  {APP}:\n    name: [/a]", 4, "`name` is no element of"),
        (f"version: 1\ngrants:\n  {APP}:\n    names: /a", 4, "not a list"),
        (f"version: 1\ngrants:\n  {APP}:\n    names:\n      - [/a]", 5, "not a text"),
        (f"version: 1\ngrants:\n  {APP}:\n    names:\n      - /a\n      - /b*", 6, "wildcard"),
        (f"version: 1\ngrants:\n  {APP}:\n    names: [/a//b]", 4, "slashes"),
        (f"version: 1\ngrants:\n  {APP}:\n    names: [/a/../b]", 4, "level"),
        (f"version: 1\ngrants:\n  {APP}:\n    names: [/aws/b]", 4, "reserved"),
        (f"version: 1\ngrants:\n  {APP}:\n    paths: [/]", 4, "every parameter"),
        (f"version: 1\ngrants:\n  {APP}:\n    paths: ['/a/*']", 4, "wildcard"),
        (f"version: 1\ngrants:\n  {APP}:\n    keys: [not a key]", 4, "a word given is not the name of a KMS key"),
        ("version: 1\ngrants:\n  arn:aws:iam::111122223333:root: {names: [/a]}", 3, "whole account"),
        ("version: 1\ngrants:\n  '111122223333': {names: [/a]}", 3, "whole account"),
        ("version: 1\ngrants:\n  '*': {names: [/a]}", 3, "wildcard"),
        ("version: 1\ngrants:\n  arn:aws:iam::111122223333:role/*: {names: [/a]}", 3, "wildcard"),
        ("version: 1\ngrants:\n  arn:aws:sts::111122223333:assumed-role/a/b: {names: [/a]}", 3, "session"),
        ("version: 1\ngrants:\n  arn:aws:iam::111122223333:group/a: {names: [/a]}", 3, "not the ARN"),
        ("version: 1\ngrants:\n  ? [a]\n  : {}", 3, "no text"),
        ("version: 1\ngrants: {a: [", 2, "not YAML"),
        ("version: 1\n\tgrants: 1", 2, "not YAML"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(MalformedInput) as refused:
        parsed_grants(text, "g.yaml")
    assert refused.value.message.startswith(f"g.yaml:{line}: ")
    assert says in refused.value.message
    assert refused.value.help


def test_a_principal_that_stands_twice_gets_the_union() -> None:
    text = f"version: 1\ngrants:\n  {APP}: {{names: [/a]}}\n  {APP}: {{names: [/b], paths: [/c]}}\n"
    (grant,) = parsed_grants(text, "g.yaml")
    assert (grant.names, grant.paths) == (("/a", "/b"), ("/c",))


def test_allow_on_the_command_line() -> None:
    role = "arn:aws:iam::111122223333:role/a=b"
    one, two = parsed_allow([f"{role}=/x/y", f"{OPS}=/folder/", f"{OPS}=name"], ["alias/k"])
    assert (one.principal.arn, one.names, one.paths, one.keys) == (role, ("/x/y",), (), ("alias/k",))
    assert (two.names, two.paths) == (("name",), ("/folder",))
    (alone,) = parsed_allow([OPS])
    assert alone == Grant(principal_of(OPS))


@pytest.mark.parametrize(
    "word", [f"{APP}=/a/*", f"{APP}=/", "x=/a", f"{APP}=/a//b", "*=/a", f"{APP}=aws", f"{APP}=/a/./b/"]
)
def test_allow_refuses_as_the_file_does(word: str) -> None:
    with pytest.raises(ConfigurationError):
        parsed_allow([word])


_LEVELS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3)


@given(st.lists(st.tuples(_LEVELS, st.booleans()), min_size=1, max_size=6), _LEVELS)
def test_the_canonical_form_covers_what_was_granted_and_nothing_else(
    items: "list[tuple[list[str], bool]]", asked: list[str]
) -> None:
    principal = principal_of(APP)
    single = [
        Grant(principal, paths=("/" + "/".join(levels),)) if path else Grant(principal, names=("/" + "/".join(levels),))
        for levels, path in items
    ]
    (merged,) = canonical(single)
    name = "/" + "/".join(asked)
    assert merged.covers(name) == any(grant.covers(name) for grant in single)
    assert canonical([merged]) == (merged,)
    assert canonical(reversed(single)) == (merged,)
