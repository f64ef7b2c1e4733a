"""The condition keys of services, with their types: what the service authorization reference says of each.

From secrets_cli/catalog/data/condition-keys.json, which scripts/build_condition_keys.py makes from the catalog's sources. Keys
that AWS itself sets (`aws:...`) and those of identity providers are not in it.
"""

import functools
import importlib.resources
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_ENTRY = re.compile(r"(?P<name>.+?)(?::(?P<type>ARN|Bool|Numeric|Date|IPAddress))?(?P<many>\[\])?")

_PLACEHOLDER = re.compile(r"\\\$\\\{[^}]*\\\}")


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """One key of one service."""

    name: str
    """`prefix:Name` in AWS's spelling; one that ends in `/` or `:` is followed by a name of the request's own."""
    type: str
    """`String`, `ARN`, `Bool`, `Numeric`, `Date` or `IPAddress`."""
    multivalued: bool


def service_key(key: str) -> ServiceKey | None:
    """The key (any case), or None where no service is known to have it."""
    lower = key.lower()
    prefix = lower.partition(":")[0]
    found = _keys_of(prefix).get(lower)
    if found is not None:
        return found
    return next((one for pattern, one in _open_keys_of(prefix) if pattern.fullmatch(lower)), None)


def service_keys(prefix: str) -> tuple[ServiceKey, ...]:
    """The keys with a prefix, sorted by name."""
    return tuple(_keys_of(prefix.lower()).values())


@functools.lru_cache(maxsize=512)
def _keys_of(prefix: str) -> Mapping[str, ServiceKey]:
    entries = _table().get(prefix, "").split()
    found = (_entry(prefix, entry) for entry in entries)
    return MappingProxyType({key.name.lower(): key for key in found})


@functools.lru_cache(maxsize=512)
def _open_keys_of(prefix: str) -> tuple[tuple[re.Pattern[str], ServiceKey], ...]:
    """The keys that hold a name of the request's own: `ssm:resourceTag/`, `kms:EncryptionContext:`."""
    return tuple(
        (re.compile(_PLACEHOLDER.sub(".+", re.escape(name)) + (".+" if name.endswith(("/", ":")) else "")), key)
        for name, key in _keys_of(prefix).items()
        if name.endswith(("/", ":")) or "${" in name
    )


def _entry(prefix: str, text: str) -> ServiceKey:
    parts = _ENTRY.fullmatch(text)
    assert parts is not None, "the packaged table is well-formed"
    return ServiceKey(f"{prefix}:{parts['name']}", parts["type"] or "String", parts["many"] is not None)


@functools.cache
def _table() -> Mapping[str, str]:
    text = importlib.resources.files("secrets_cli.catalog").joinpath("data", "condition-keys.json").read_text("utf-8")
    keys: Mapping[str, str] = json.loads(text)["keys"]
    return MappingProxyType({prefix.lower(): names for prefix, names in keys.items()})
