"""Each policy and function once, though two files lead to it: a policy file by itself, and the settings that attach it.

What was read for the file that refers to it is kept, as that one says whose it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from secrets_cli.iam.location import Location
from secrets_cli.inputs.found import Found, PolicyAt
from secrets_cli.inputs.read_tree import ReadFile, Unreadable


@dataclass(frozen=True, slots=True)
class Once:
    """Files and errors, without what others hold."""

    files: tuple[ReadFile, ...]
    unreadable: tuple[Unreadable, ...]


def once(files: Sequence[ReadFile], unreadable: Sequence[Unreadable]) -> Once:
    """Leave out of each file what another one that refers to it holds at the same place, and the errors of a file that
    only another one could make sense of."""
    elsewhere = _elsewhere(files)
    return Once(
        tuple(_less(file, elsewhere[file.name]) if file.name in elsewhere else file for file in files),
        tuple(one for one in unreadable if one.file not in elsewhere),
    )


def _elsewhere(files: Iterable[ReadFile]) -> Mapping[str, frozenset[Location]]:
    """Of each file that another one refers to, the places that were read for that other one."""
    found: dict[str, set[Location]] = {}
    for file in files:
        for place in _places(file.found):
            if place.file not in file.own:
                found.setdefault(place.file, set()).add(place)
    return {name: frozenset(places) for name, places in found.items()}


def _places(found: Found) -> Iterable[Location]:
    for policy in found.policies:
        yield policy.location
        yield from _statements(policy)
    yield from (function.location for function in found.functions)
    yield from (parameter.location for parameter in found.parameters)
    yield from (one.location for one in found.unresolved)


def _statements(policy: PolicyAt) -> list[Location]:
    return [one.location for one in policy.policy.statements if one.location is not None]


def _less(file: ReadFile, elsewhere: frozenset[Location]) -> ReadFile:
    policies = tuple(one for one in file.found.policies if not elsewhere.issuperset(_statements(one)))
    functions = tuple(one for one in file.found.functions if one.location not in elsewhere)
    parameters = tuple(one for one in file.found.parameters if one.location not in elsewhere)
    alone = bool(policies or functions or parameters)
    return replace(file, found=Found(policies, file.found.unresolved if alone else (), functions, parameters))
