"""Reading the packaged data file: a zip with one JSON member per service, so that one can be read without the others.

Members: `header.json`, `api-gateway.json`, `services/PREFIX.json`. Written by scripts/build_catalog.py alone, so what
it holds is taken as it stands; the sha256 in the header tells whether it is that file (`verified`).
"""

import functools
import hashlib
import importlib.resources
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.header import FORMAT, Header, Source
from secrets_cli.catalog.http_route import ApiModel, HttpRoute
from secrets_cli.catalog.service import AccessLevel, Action, ActionResource, ResourceType, Service

DATA_FILE = "catalog.zip"
HEADER_MEMBER = "header.json"
ROUTES_MEMBER = "api-gateway.json"
SERVICE_MEMBERS = "services/"
REQUIRED_MARK = "*"
"""Follows a resource type that every request for the action names, as in AWS's tables."""


@functools.cache
def load_catalog() -> Catalog:
    """The catalog packaged with this version, read once per process; services are decoded when first asked about."""
    return read_catalog(packaged_bytes())


def packaged_bytes() -> bytes:
    """The data file as packaged."""
    return importlib.resources.files("secrets_cli.catalog").joinpath("data", DATA_FILE).read_bytes()


def read_catalog(data: bytes) -> Catalog:
    """The catalog in a data file's bytes. Raises ValueError for a layout that this code does not read."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    header = _header(json.loads(archive.read(HEADER_MEMBER)))
    suffix = len(".json")
    prefixes = [name[len(SERVICE_MEMBERS) : -suffix] for name in archive.namelist() if name.startswith(SERVICE_MEMBERS)]

    def read_service(prefix: str) -> Service:
        return decode_service(json.loads(archive.read(f"{SERVICE_MEMBERS}{prefix}.json")))

    def read_routes() -> tuple[HttpRoute, ...]:
        return decode_routes(json.loads(archive.read(ROUTES_MEMBER)))

    return Catalog(header, prefixes, read_service, read_routes)


def content_sha256(members: Iterable[tuple[str, bytes]]) -> str:
    """The hash that the header gives of all other members (name and bytes of each)."""
    digest = hashlib.sha256()
    for name, content in sorted(members):
        digest.update(name.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()


def verified(data: bytes) -> bool:
    """Whether a data file's content is what its header says."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    members = ((name, archive.read(name)) for name in archive.namelist() if name != HEADER_MEMBER)
    return content_sha256(members) == _header(json.loads(archive.read(HEADER_MEMBER))).sha256


def decode_service(raw: Mapping[str, Any]) -> Service:
    """The service in one `services/PREFIX.json`."""
    prefix: str = raw["prefix"]
    keys: Sequence[str] = raw["keys"]
    types = tuple(
        ResourceType(prefix, name, tuple(arns), tuple(keys[at] for at in key_places))
        for name, arns, key_places in raw["types"]
    )
    resource = _Once(_action_resource)
    return Service(
        prefix=prefix,
        title=raw["title"],
        actions=tuple(
            Action(
                prefix,
                name,
                _LEVELS[level],
                tuple([resource[marked] for marked in takes]),
                tuple(dependents),
                tuple([keys[at] for at in key_places]),
            )
            for name, level, takes, dependents, key_places in raw["actions"]
        ),
        resource_types=types,
    )


def decode_routes(raw: Mapping[str, Any]) -> tuple[HttpRoute, ...]:
    """The operations in `api-gateway.json`."""
    return tuple(
        HttpRoute(model, operation, verb, uri)
        for model in ApiModel
        for operation, (verb, uri) in raw[model.value].items()
    )


_LEVELS = {level.value: level for level in AccessLevel}

_Value = TypeVar("_Value")


class _Once(dict[str, _Value]):
    """Makes the value of a key when first asked for it: equal parts of a service are one object."""

    def __init__(self, make: Callable[[str], _Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: str) -> _Value:
        self[key] = value = self._make(key)
        return value


def _action_resource(marked: str) -> ActionResource:
    return ActionResource(marked.removesuffix(REQUIRED_MARK), marked.endswith(REQUIRED_MARK))


def _header(raw: Mapping[str, Any]) -> Header:
    if raw["format"] != FORMAT:
        raise ValueError(f"catalog data of layout {raw['format']}, where {FORMAT} is read")
    return Header(
        version=raw["version"],
        sha256=raw["sha256"],
        sources=tuple(Source(**source) for source in raw["sources"]),
        services=raw["counts"]["services"],
        actions=raw["counts"]["actions"],
        resource_types=raw["counts"]["resource_types"],
    )
