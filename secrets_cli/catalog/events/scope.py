"""The resources of an action in one call, built from the catalog's ARN formats: what the identity rule, and table rows
without a recipe, use.

A placeholder such as `${TableName}` is filled from the request parameter that says the same (`tableName`, `tableNames`,
`table`), an ARN in the request or in `resources[]` is taken where it fits the format, EC2's ids are told by their
prefix. What AWS invents when it creates a resource is `*` in its place. Nothing is guessed beyond that: an action whose
resource the record does not name gets `*` and the reason.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.events.arn_format import ArnFormat, arn_format, group_of, is_arn, stem
from secrets_cli.catalog.events.ec2_ids import ID_PREFIX, NAMED_BY_CALLERS, type_of_id
from secrets_cli.catalog.events.parameters import named_texts
from secrets_cli.catalog.events.row import Arns
from secrets_cli.catalog.grant import ApiCall
from secrets_cli.catalog.service import Action, ResourceType

_IGNORED = re.compile(
    r"^filters?$|^filterset$|^tags?$|^tagset$|tagspecification|polic(y|ies)document|^policy$|clienttoken|principal"
    r"|description",
    re.IGNORECASE,
)
_CREATES = ("Create", "Allocate", "Run", "Register", "Request", "Import", "Copy", "Purchase", "Restore", "Start", "Put")
_READS = ("List", "Describe", "Get", "Search", "Lookup")
_BARE = frozenset({"name", "id", "arn", "identifier", "resourcearn", "resourceid", "resourcename"})
_ALSO_CALLED = {"keypair": "key"}
"""Stem of a type -> another stem by which requests name it."""
_SHORT = 4
"""Words up to this length do not count as the ending of another word."""
_MOST = 200
"""ARNs per resource type; a call that names more of one type is taken as naming all of them."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The resources of one action in one call."""

    arns: Arns
    unscoped: str = ""


@dataclass(frozen=True, slots=True)
class _Text:
    """One text of the request."""

    stem: str
    key: str
    depth: int
    value: str


@dataclass(frozen=True, slots=True)
class _Named:
    """An ARN that the record names."""

    arn: str
    complete: bool = True
    """False where a part of it is `*` because the record lacks it."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One resource type that the action takes, in one call."""

    kind: ResourceType
    required: bool
    alone: bool
    """Whether the action takes no other type."""
    call: ApiCall
    request: tuple[_Text, ...]


def scope_of(action: Action, call: ApiCall, catalog: Catalog) -> Scope:
    """The ARNs on which the call needed the action."""
    types = catalog.resource_types(action.full_name) or ()
    if not types:
        return Scope(("*",))
    required = {resource.type for resource in action.resources if resource.required}
    request = _request_texts(call)
    asked = [_Asked(kind, kind.name in required, len(types) == 1, call, request) for kind in types]
    named = {kind.kind.name: _named(kind) for kind in asked}
    creates = action.name.startswith(_CREATES)
    if not any(named.values()) and not creates:
        named = {kind.kind.name: _in_response(kind) for kind in asked}
    found = _chosen(named)
    if creates or (not found and action.name.startswith(_READS)):
        found |= {arn for kind in asked if kind.required and not named[kind.kind.name] for arn in _any(kind)}
    if found or len(types) == 1:
        found |= {
            arn for kind in asked if kind.required for arn in _without_names(kind, is_named=bool(named[kind.kind.name]))
        }
    if not found:
        return Scope(("*",), f"the record names no {' or '.join(kind.name for kind in types[:3])}")
    return Scope(tuple(sorted(found)))


def _request_texts(call: ApiCall) -> tuple[_Text, ...]:
    return tuple(
        _Text(stem(path[-1]), path[-1].lower(), len(path), value)
        for path, value in named_texts(call.parameters)
        if path and not any(map(_is_ignored, path))
    )


@lru_cache(maxsize=4_096)
def _is_ignored(name: str) -> bool:
    """Whether what stands under the name is about something else than the call's resource."""
    return _IGNORED.search(name) is not None


def _chosen(named: Mapping[str, tuple[_Named, ...]]) -> set[str]:
    """All ARNs named, without those that are incomplete beside a complete one of the same group: a name that fits
    several types (a load balancer's of both generations) fits one of them wholly."""
    entries = [entry for found in named.values() for entry in found]
    groups = {group_of(entry.arn) for entry in entries if entry.complete}
    return {entry.arn for entry in entries if entry.complete or group_of(entry.arn) not in groups}


def _named(asked: _Asked) -> tuple[_Named, ...]:
    """The ARNs of the type that the request names; `resources[]` where it names none."""
    found: list[_Named] = []
    for form in map(arn_format, asked.kind.arns):
        whole = [entry.value for entry in asked.request if form.fits(entry.value)] or _by_id(asked, form)
        found += [_Named(arn) for arn in whole] or list(_filled(asked, form))
    if not found:
        listed = [entry.arn for entry in asked.call.resources]
        found = [_Named(arn) for arn in listed if any(arn_format(text).fits(arn) for text in asked.kind.arns)]
    if len(found) > _MOST:
        return tuple(_Named(arn, complete=False) for arn in _any(asked))
    return tuple(dict.fromkeys(found))


def _by_id(asked: _Asked, form: ArnFormat) -> list[str]:
    """EC2 resources, told by the prefix of their id wherever it stands in the request."""
    if asked.kind.service != "ec2" or asked.kind.name not in ID_PREFIX:
        return []
    ids = [entry.value for entry in asked.request if type_of_id(entry.value) == asked.kind.name]
    return [form.filled(asked.call, dict.fromkeys(form.placeholders, name)) for name in ids]


def _filled(asked: _Asked, form: ArnFormat) -> Iterator[_Named]:
    """The format with what the request says for its placeholders, if it says the first or the last."""
    if asked.kind.service == "ec2" and asked.kind.name in ID_PREFIX and asked.kind.name not in NAMED_BY_CALLERS:
        return
    values = {name: _values(name, asked, form) for name in form.placeholders}
    complete = all(values.values())
    if not values or not (complete or _worth_completing(values, asked)):
        return
    names = list(values)
    for chosen in itertools.islice(itertools.product(*(values[name] or ("*",) for name in names)), _MOST + 1):
        yield _Named(form.filled(asked.call, dict(zip(names, chosen, strict=True))), complete)


def _worth_completing(values: Mapping[str, tuple[str, ...]], asked: _Asked) -> bool:
    """Whether what the request says of an ARN is enough to put `*` for the rest: its first or last part, of a type that
    every call names or that the request names itself (a stack's name, without the id that AWS appends)."""
    names = list(values)
    if asked.required:
        return bool(values[names[0]] or values[names[-1]])
    return any(values[name] and stem(name) == stem(asked.kind.name) for name in names)


def _values(placeholder: str, asked: _Asked, form: ArnFormat) -> tuple[str, ...]:
    """What the request says for one placeholder: by its own name, by its type's, by a name that ends alike, and, for
    the last placeholder of what the call is about, by the bare words `name` and `id`."""
    others = {stem(other) for other in form.placeholders if other != placeholder}
    own, of_type = stem(placeholder), stem(asked.kind.name)
    if own in others:
        return _texts_of(asked, own, [entry for entry in asked.request if entry.key == placeholder.lower()])
    wanted = [own]
    if placeholder == form.placeholders[-1] and of_type not in others:
        wanted += [of_type, _ALSO_CALLED.get(of_type, of_type)]
    for word in wanted:
        found = _texts_of(asked, own, [entry for entry in asked.request if entry.stem == word])
        if found:
            return _with_path(placeholder, found, asked)
    if placeholder != form.placeholders[-1]:
        return ()
    alike = [entry for entry in asked.request if _alike(entry.stem, wanted, reverse=asked.required)]
    return _texts_of(asked, own, alike) or _bare(asked)


def _alike(word: str, wanted: list[str], *, reverse: bool) -> bool:
    """`dbsnapshot` says what `snapshot` asks for, and, of a type that every call names, `window` what
    `maintenancewindow` does."""
    return any(
        (len(asked) > _SHORT and word.endswith(asked)) or (reverse and len(word) > _SHORT and asked.endswith(word))
        for asked in wanted
    )


def _bare(asked: _Asked) -> tuple[str, ...]:
    if asked.kind.service == "ec2" or not (asked.required or asked.alone):
        return ()
    found = (entry.value for entry in asked.request if entry.depth == 1 and entry.key in _BARE)
    return tuple(dict.fromkeys(value for value in found if not value.startswith("arn:")))


def _texts_of(asked: _Asked, own: str, entries: list[_Text]) -> tuple[str, ...]:
    """Of the texts of one name, those nearest the top (what stands deeper is about something else); of an ARN its
    name."""
    depth = min((entry.depth for entry in entries), default=0)
    found = (_plain(entry.value, own, asked) for entry in entries if entry.depth == depth)
    return tuple(dict.fromkeys(value for value in found if value))


def _plain(value: str, own: str, asked: _Asked) -> str:
    if is_arn(value):
        return re.split(r"[/:]", value)[-1] if stem(group_of(value)) == own else ""
    return "" if value.startswith("arn:") or (asked.kind.service == "ec2" and type_of_id(value)) else value


def _with_path(placeholder: str, names: tuple[str, ...], asked: _Asked) -> tuple[str, ...]:
    """An IAM entity's names with their path: the request's, or one that AWS fixes, or none.

    A bare name does not tell the path; for most entities it is `/`. The grant is too narrow, never too wide, for
    others.
    """
    if not placeholder.lower().endswith("withpath"):
        return names
    path = next((entry.value for entry in asked.request if entry.key == "path" and entry.depth == 1), "").strip("/")
    return tuple(_reserved(f"{path}/{name}" if path else name) for name in names)


def _reserved(name: str) -> str:
    if name.startswith("AWSServiceRoleFor"):
        return f"aws-service-role/*/{name}"
    return f"aws-reserved/sso.amazonaws.com/*{name}" if name.startswith("AWSReservedSSO_") else name


def _any(asked: _Asked) -> Arns:
    """Any resource of the type, in the call's partition, region and account."""
    return tuple(arn_format(text).filled(asked.call, {}) for text in asked.kind.arns)


def _without_names(asked: _Asked, *, is_named: bool) -> Arns:
    """The ARNs of a type of which an account has one, such as the Glue catalog; of one whose published format ends with
    `*` (DMS) only where the call names none."""
    forms = [arn_format(text) for text in asked.kind.arns]
    return tuple(
        form.filled(asked.call, {})
        for form in forms
        if not form.placeholders and not (is_named and "*" in form.resource)
    )


def _in_response(asked: _Asked) -> tuple[_Named, ...]:
    forms = [arn_format(text) for text in asked.kind.arns]
    found = (value for path, value in named_texts(asked.call.response) if path)
    return tuple(_Named(arn) for arn in dict.fromkeys(found) if any(form.fits(arn) for form in forms))
