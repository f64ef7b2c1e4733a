"""ARNs built from the catalog's ARN formats: what the identity rule, and table rows without a recipe, use.

A placeholder such as `${TableName}` is filled from the request parameter that says the same (`tableName`, `tableNames`,
`table`), an ARN in the request or in `resources[]` is taken where it fits the format, EC2's ids are told by their
prefix. What AWS invents when it creates a resource is `*` in its place. Nothing is guessed beyond that: an action whose
resource the record does not name gets `*` and the reason.
"""

import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.events.ec2_ids import ID_PREFIX
from secrets_cli.catalog.events.parameters import named_texts
from secrets_cli.catalog.events.row import Arns
from secrets_cli.catalog.grant import ApiCall
from secrets_cli.catalog.service import Action, ResourceType

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")
_SUFFIX = re.compile(r"(namewithpath|names?|ids?|identifiers?|arns?|path|s)$")
_IGNORED = re.compile(
    r"^filters?$|^filterset$|^tags?$|^tagset$|tagspecification|polic(y|ies)document|^policy$|clienttoken|principal|description",
    re.IGNORECASE,
)
_CREATES = ("Create", "Allocate", "Run", "Register", "Request", "Import", "Copy", "Purchase", "Restore", "Start", "Put")
_READS = ("List", "Describe", "Get", "Search", "Lookup")
_BARE = frozenset({"name", "id", "arn", "identifier", "resourcearn", "resourceid", "resourcename"})
_SLASHES = re.compile(r"(?<=[A-Za-z])//+")
"""Of a name with a leading slash put behind one; no ARN format beside S3's, which the table handles, has two."""
_ARN = re.compile(r"arn:[^:\s]+:[^:\s]+:[^:\s]*:[^:\s]*:.+", re.DOTALL)
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


def scope_of(action: Action, call: ApiCall, catalog: Catalog) -> Scope:
    """The ARNs on which the call needed the action."""
    types = catalog.resource_types(action.full_name) or ()
    if not types:
        return Scope(("*",))
    required = {resource.type for resource in action.resources if resource.required}
    creates = action.name.startswith(_CREATES)
    request = _request_texts(call)
    by_type = {
        kind.name: _arns_of(kind, call, request, bare=kind.name in required or len(types) == 1) for kind in types
    }
    if not any(by_type.values()) and not creates:
        by_type = {kind.name: tuple(_Named(arn) for arn in _response_arns(kind, call)) for kind in types}
    found = _chosen(by_type, required if creates else set())
    if creates or (not found and action.name.startswith(_READS)):
        unnamed = [kind for kind in types if kind.name in required and not by_type[kind.name]]
        found.update(arn for kind in unnamed for arn in _open_arns(kind, call))
    if not found:
        return Scope(("*",), f"the record names no {_title(types)}")
    return Scope(tuple(sorted(found)))


@dataclass(frozen=True, slots=True)
class _Named:
    """An ARN that the record names."""

    arn: str
    complete: bool = True
    """False where a part of it is `*` because the record lacks it."""


def _chosen(by_type: Mapping[str, tuple[_Named, ...]], kept: set[str]) -> set[str]:
    """All ARNs named; beside complete ones, an incomplete one counts for the types in `kept` only: a name that fits
    several types fits one of them wholly."""
    named = [(kind, entry) for kind, entries in by_type.items() for entry in entries]
    any_complete = any(entry.complete for _, entry in named)
    return {entry.arn for kind, entry in named if entry.complete or not any_complete or kind in kept}


def is_arn(text: str) -> bool:
    """Whether the text has an ARN's six parts: what a record calls an ARN need not be one."""
    return _ARN.fullmatch(text) is not None


def _title(types: tuple[ResourceType, ...]) -> str:
    return " or ".join(kind.name for kind in types[:3])


def _request_texts(call: ApiCall) -> tuple[_Text, ...]:
    return tuple(
        _Text(_stem(path[-1]), path[-1].lower(), len(path), value)
        for path, value in named_texts(call.parameters)
        if path and not any(_IGNORED.search(name) for name in path)
    )


@functools.lru_cache(maxsize=4096)
def _stem(name: str) -> str:
    """`DBInstanceIdentifier`, `dbInstanceIds` and `DbInstanceName` are one: `dbinstance`."""
    folded = re.sub(r"[^a-z0-9]", "", name.lower())
    stem = _SUFFIX.sub("", folded)
    return _SUFFIX.sub("", stem) or stem or folded


@dataclass(frozen=True, slots=True)
class _Format:
    """A published ARN format, taken apart."""

    text: str
    placeholders: tuple[str, ...]
    """Without Partition, Region and Account."""
    arn: re.Pattern[str]


_GIVEN = {"partition": "partition", "region": "region", "account": "account", "accountid": "account"}


@functools.lru_cache(maxsize=4096)
def _format(text: str) -> _Format:
    names = tuple(name for name in _PLACEHOLDER.findall(text) if name.lower() not in _GIVEN)
    parts = _PLACEHOLDER.split(text)
    last = len(parts) - 2
    expression = ""
    for place, part in enumerate(parts):
        if place % 2 == 0:
            expression += re.escape(part).replace(r"\*", ".*")
        elif part.lower() in _GIVEN:
            expression += "[^:]*"
        else:
            expression += ".+" if place == last else "[^:/]+"
    return _Format(text, names, re.compile(expression, re.DOTALL))


def _arns_of(kind: ResourceType, call: ApiCall, request: tuple[_Text, ...], *, bare: bool) -> tuple[_Named, ...]:
    """The ARNs of the type that the request names; `resources[]` where it names none."""
    found: list[_Named] = []
    for text in kind.arns:
        form = _format(text)
        whole = [entry.value for entry in request if is_arn(entry.value) and form.arn.fullmatch(entry.value)]
        whole = whole or _by_id(kind, form, call, request)
        found += [_Named(arn) for arn in whole] or list(_filled(kind, form, call, request, bare=bare))
    if not found:
        listed = (entry.arn for entry in call.resources for text in kind.arns if _fits(text, entry.arn))
        found = [_Named(arn) for arn in listed]
    if len(found) > _MOST:
        return tuple(_Named(arn, complete=False) for arn in _open_arns(kind, call))
    return tuple(dict.fromkeys(found))


def _fits(form: str, arn: str) -> bool:
    return _format(form).arn.fullmatch(arn) is not None


def _by_id(kind: ResourceType, form: _Format, call: ApiCall, request: tuple[_Text, ...]) -> list[str]:
    """EC2 resources, told by the prefix of their id wherever it stands in the request."""
    prefix = ID_PREFIX.get(kind.name) if kind.service == "ec2" else None
    if prefix is None:
        return []
    return [
        _substituted(form, call, {name: entry.value for name in form.placeholders})
        for entry in request
        if re.fullmatch(rf"{prefix}-[0-9A-Za-z]+", entry.value)
    ]


def _filled(
    kind: ResourceType, form: _Format, call: ApiCall, request: tuple[_Text, ...], *, bare: bool
) -> Iterator[_Named]:
    values = {name: _values(name, kind, form, request, bare=bare) for name in form.placeholders}
    if not form.placeholders or not values[form.placeholders[0]]:
        return
    names = list(values)
    complete = all(values.values())
    for chosen in itertools.islice(itertools.product(*(values[name] or ("*",) for name in names)), _MOST + 1):
        yield _Named(_substituted(form, call, dict(zip(names, chosen, strict=True))), complete)


def _values(
    placeholder: str, kind: ResourceType, form: _Format, request: tuple[_Text, ...], *, bare: bool
) -> tuple[str, ...]:
    """What the request says for one placeholder: by its own name, by the type's, by a name that ends like it."""
    if sum(_stem(other) == _stem(placeholder) for other in form.placeholders) > 1:
        return _shallowest([entry for entry in request if entry.key == placeholder.lower()])
    own, of_type = _stem(placeholder), _stem(kind.name)
    is_last = placeholder == form.placeholders[-1]
    for fits in (
        lambda stem: stem == own,
        lambda stem: is_last and stem == of_type,
        lambda stem: is_last and _ends_like(stem, own, of_type),
    ):
        found = _shallowest([entry for entry in request if fits(entry.stem)])
        if found:
            return tuple(with_path(name, request_path(request)) for name in found) if _has_path(placeholder) else found
    if bare and len(form.placeholders) == 1 and kind.service != "ec2":
        return _plain(entry.value for entry in request if entry.depth == 1 and entry.key in _BARE)
    return ()


def _ends_like(stem: str, own: str, of_type: str) -> bool:
    """`dbsnapshot` says what `snapshot` asks for; words shorter than five letters do not count."""
    return any(len(wanted) > 4 and stem.endswith(wanted) for wanted in (own, of_type))


def _has_path(placeholder: str) -> bool:
    return placeholder.lower().endswith("withpath")


def request_path(request: tuple[_Text, ...]) -> str:
    """The `path` of a call that creates an IAM entity, or an empty text."""
    return next((entry.value for entry in request if entry.key == "path" and entry.depth == 1), "")


def with_path(name: str, path: str) -> str:
    """An IAM entity's name with its path: the request's, or one that AWS fixes, or none.

    A bare name does not tell the path; for most entities it is `/`. The grant is too narrow, never too wide, for
    others.
    """
    if path.strip("/"):
        return f"{path.strip('/')}/{name}"
    if name.startswith("AWSServiceRoleFor"):
        return f"aws-service-role/*/{name}"
    return f"aws-reserved/sso.amazonaws.com/*{name}" if name.startswith("AWSReservedSSO_") else name


def _shallowest(entries: list[_Text]) -> tuple[str, ...]:
    """Of the texts of one name, those nearest the top: what stands deeper is about something else."""
    named = [entry for entry in entries if not entry.value.startswith("arn:")]
    depth = min((entry.depth for entry in named), default=0)
    return tuple(dict.fromkeys(entry.value for entry in named if entry.depth == depth))


def _plain(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if not value.startswith("arn:")))


def _substituted(form: _Format, call: ApiCall, values: dict[str, str]) -> str:
    given = {"partition": call.partition or "aws", "region": call.region or "*", "account": call.account or "*"}

    def value(found: re.Match[str]) -> str:
        name = found[1]
        fixed = _GIVEN.get(name.lower())
        return given[fixed] if fixed else values.get(name, "*")

    return _SLASHES.sub("/", _PLACEHOLDER.sub(value, form.text))


def _open_arns(kind: ResourceType, call: ApiCall) -> Arns:
    """Any resource of the type, in the call's partition, region and account."""
    return tuple(_substituted(_format(text), call, {}) for text in kind.arns)


def _response_arns(kind: ResourceType, call: ApiCall) -> Arns:
    found = (value for path, value in named_texts(call.response) if path and is_arn(value))
    return tuple(dict.fromkeys(value for value in found if any(_fits(text, value) for text in kind.arns)))
