"""Who may read what through the getSecret function: the grants file, and `--allow` on the command line.

A grants file is YAML:

    version: 1
    grants:
      arn:aws:iam::111122223333:role/app:
        names: [/app/prod/db]      # single parameters
        paths: [/app/prod/web]     # everything below a folder
        keys: [alias/app]          # optional: where the parameters are not there yet, so that their keys cannot be looked up

A principal is one role or one user, by its IAM ARN. Refused: wildcards anywhere, an account or its root user, a session,
a group, a service, the folder `/`, a name that Parameter Store would not take, and every element that is not known. A
principal that stands twice gets the union. What a path covers is not repeated by name. So equal grants are equal values.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, TypeAlias, TypeVar

from secrets_cli.errors import ConfigurationError, MalformedInput
from secrets_cli.secrets.keys.key_word import key_word
from secrets_cli.secrets.parameter_name import checked_name, checked_path
from secrets_cli.wording import named

if TYPE_CHECKING:
    from yaml import Node

VERSION = 1
_PRINCIPAL = re.compile(
    r"arn:(?P<partition>aws|aws-cn|aws-us-gov):iam::(?P<account>\d{12}):"
    r"(?P<kind>role|user)/(?P<path>(?:[!-.0-~]+/)*)(?P<name>[\w+=,.@-]{1,64})"
)
_SESSION = re.compile(r"arn:[a-z-]+:sts::\d{12}:assumed-role/.*")
_ROOT = re.compile(r"\d{12}|arn:[a-z-]+:iam::\d{12}:root")
_LISTS = ("names", "paths", "keys")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, order=True)
class Principal:
    """One IAM role or user."""

    arn: str
    partition: str
    account: str
    """12 digits."""
    kind: str
    """`role` or `user`."""
    name: str
    """Without its path."""


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """What one principal may read; equal grants are equal values."""

    principal: Principal
    names: tuple[str, ...] = ()
    """Parameters, sorted; none that a path covers."""
    paths: tuple[str, ...] = ()
    """Folders, as `/a/b`, sorted; none inside another."""
    keys: tuple[str, ...] = ()
    """KMS keys (id, ARN or alias) of these parameters, sorted; empty where they are looked up."""

    def covers(self, name: str) -> bool:
        """Whether the grant is for the parameter of that (canonical) name."""
        return name in self.names or any(under(name, path) for path in self.paths)


Grants: TypeAlias = tuple[Grant, ...]
"""Sorted by principal, each principal once."""


def under(name: str, path: str) -> bool:
    """Whether a parameter's name is below a folder, which is itself not below it."""
    return name.startswith(f"{path}/")


def parsed_grants(text: str, file: str) -> Grants:
    """The grants of a file's text, in canonical form.

    Raises MalformedInput with `file:line` at the first thing that is not as the module says.
    """
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = f"{file}:{mark.line + 1}" if mark is not None else file
        raise MalformedInput(f"{at}: the file is not YAML", "see `secrets-cli lambda deploy --help`") from None
    return _GrantsFile(file).grants(root)


def parsed_allow(words: Iterable[str], keys: Iterable[str] = ()) -> Grants:
    """The grants of `--allow ARN=NAME` (one parameter) and `--allow ARN=PATH/` (everything below a folder).

    `ARN` alone grants nothing by itself: it names a caller of a function that does not read by itself (`--mode relay`).
    Raises ConfigurationError.
    """
    everywhere = tuple(key_word(key) for key in keys)
    return canonical(_allowed(word, everywhere) for word in words)


def canonical(grants: Iterable[Grant]) -> Grants:
    """The grants with each principal once, sorted, and nothing said twice."""
    merged: dict[Principal, tuple[set[str], set[str], set[str]]] = {}
    for grant in grants:
        for held, given in zip(
            merged.setdefault(grant.principal, (set(), set(), set())),
            (grant.names, grant.paths, grant.keys),
            strict=True,
        ):
            held.update(given)
    return tuple(sorted(_tidy(principal, *parts) for principal, parts in merged.items()))


def principal_of(text: str) -> Principal:
    """The role or user that an ARN names. Raises ConfigurationError where it is neither, or could be more than one."""
    problem, help_text = _principal_problem(text)
    if problem:
        raise ConfigurationError(f"{named(text)} cannot be granted anything: {problem}", help_text)
    found = _PRINCIPAL.fullmatch(text)
    # INVARIANT: what does not match has a problem.
    assert found is not None
    return Principal(text, found["partition"], found["account"], found["kind"], found["name"])


def _principal_problem(text: str) -> tuple[str, str]:
    example = "give `arn:aws:iam::111122223333:role/name` or `...:user/name`"
    if "*" in text or "?" in text:
        return "it holds a wildcard", "name each role or user"
    if _ROOT.fullmatch(text):
        return "it stands for a whole account", "name each role or user"
    if _SESSION.fullmatch(text):
        return "it is one session of a role, under a name the caller chose", "name the role: its ARN has `:role/` in it"
    if not _PRINCIPAL.fullmatch(text):
        return "it is not the ARN of a role or a user", example
    return "", ""


def _allowed(word: str, keys: tuple[str, ...]) -> Grant:
    # A role's name may hold `=`, a parameter's may not.
    arn, equals, item = word.rpartition("=") if re.search(r"=[A-Za-z0-9_.\-/*?]*$", word) else (word, "", "")
    if not equals:
        return Grant(principal_of(item or arn))
    principal = principal_of(arn)
    if item.endswith("/"):
        return Grant(principal, paths=(_path(item),), keys=keys)
    return Grant(principal, names=(_name(item),), keys=keys)


def _name(text: str) -> str:
    _no_wildcard(text)
    if {".", ".."} & set(text.split("/")):
        raise ConfigurationError(
            f"{named(text)} has a level `.` or `..`", "a granted name has one spelling: write it out"
        )
    return checked_name(text)


def _path(text: str) -> str:
    path = checked_path(_name(text.rstrip("/")) if text.strip("/") else text)
    if path == "/":
        raise ConfigurationError("the folder `/` is every parameter of the account", "name the folders")
    return path


def _no_wildcard(text: str) -> None:
    if "*" in text or "?" in text:
        raise ConfigurationError(
            f"{named(text)} holds a wildcard", "a folder stands for all that is below it: `/app/prod/` with `--allow`"
        )


def _tidy(principal: Principal, names: set[str], paths: set[str], keys: set[str]) -> Grant:
    outer = {path for path in paths if not any(under(path, other) for other in paths)}
    single = {name for name in names if not any(under(name, path) for path in outer)}
    return Grant(principal, tuple(sorted(single)), tuple(sorted(outer)), tuple(sorted(keys)))


class _GrantsFile:
    """The nodes of one file, read strictly: each has its line."""

    __slots__ = ("file",)

    def __init__(self, file: str) -> None:
        self.file = file

    def grants(self, root: "Node | None") -> Grants:
        if root is None:
            raise MalformedInput(f"{self.file}:1: the file is empty", "write `version: 1` and `grants:`")
        members = {key.value: (key, value) for key, value in self.members(root, "the file", ("version", "grants"))}
        for needed in ("version", "grants"):
            if needed not in members:
                self.refuse(root, f"the file has no `{needed}`", f"write `{needed}:`")
        version = members["version"][1]
        if version.value != str(VERSION):
            self.refuse(version, "the version is not `1`", "write `version: 1`")
        return canonical(self.grant(key, value) for key, value in self.members(members["grants"][1], "`grants`"))

    def grant(self, key: "Node", value: "Node") -> Grant:
        principal = self.checked(key, principal_of)
        found: dict[str, tuple[str, ...]] = {"names": (), "paths": (), "keys": ()}
        for element, items in self.members(value, f"the grant of `{principal.name}`", _LISTS):
            check = {"names": _name, "paths": _path, "keys": key_word}[element.value]
            found[element.value] = tuple(self.checked(item, check) for item in self.items(items))
        return Grant(principal, **found)

    def members(self, node: "Node", what: str, known: tuple[str, ...] = ()) -> Iterator[tuple["Node", "Node"]]:
        from yaml import MappingNode, ScalarNode

        if not isinstance(node, MappingNode):
            self.refuse(node, f"{what} is not a mapping", "write `name: value` lines, indented")
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self.refuse(key, f"{what} has a key that is no text", "write a plain word or an ARN")
            if known and key.value not in known:
                self.refuse(
                    key,
                    f"{named(key.value, 'this')} is no element of {what}",
                    f"use {', '.join(f'`{one}`' for one in known)}",
                )
            if known and key.value in seen:
                self.refuse(key, f"{what} has `{key.value}` twice", "merge them")
            seen.add(key.value)
            yield key, value

    def items(self, node: "Node") -> "list[Node]":
        from yaml import SequenceNode

        if not isinstance(node, SequenceNode):
            self.refuse(node, "this is not a list", "write `[one, two]`, or one `- item` a line")
        return list(node.value)

    def checked(self, node: "Node", check: Callable[[str], _T]) -> _T:
        from yaml import ScalarNode

        if not isinstance(node, ScalarNode):
            self.refuse(node, "this is not a text", "write one ARN, name or folder")
        try:
            return check(node.value)
        except ConfigurationError as error:
            self.refuse(node, error.message, error.help)

    def refuse(self, node: "Node", problem: str, help_text: str) -> NoReturn:
        raise MalformedInput(f"{self.file}:{node.start_mark.line + 1}: {problem}", help_text)
