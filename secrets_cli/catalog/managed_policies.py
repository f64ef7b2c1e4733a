"""AWS managed policies by ARN, from a packaged file: what `ManagedPolicyArns` and the like grant is known without AWS.

The data file is a zip with a few members of many policies each, sorted by name, so that a look-up unpacks one. Written by
scripts/build_managed_policies.py alone, so what it holds is taken as it stands. A policy that AWS has withdrawn, or made
since, is not in it and so not known.
"""

import functools
import hashlib
import importlib.resources
import io
import json
import re
import zipfile
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.json_value import JsonValue

DATA_FILE = "managed_policies.zip"
HEADER_MEMBER = "header.json"
FORMAT = 1
"""Version of the data file's layout that this code reads."""

_ARN = re.compile(r"arn:(?P<partition>[^:]+):iam::aws:policy/(?P<path>.+)")
_PARTITION = "aws"
"""Of which the packaged policies are."""


@dataclass(frozen=True, slots=True)
class ManagedHeader:
    """What the data file says about itself."""

    version: str
    """The day of the newest policy, `YYYY-MM-DD`."""
    source: str
    """The package they were taken from, with its version and licence."""
    policies: int
    sha256: str
    """Of the content: for each member but the header, in name order, its name, a NUL, its bytes and a NUL."""
    firsts: tuple[str, ...]
    """The first path of each member, in order: member N is `policies/NN.json`."""


def managed_policy(arn: str) -> Policy | None:
    """The default version of an AWS managed policy; None where the ARN is no such policy's, or it is not known.

    In another partition than `aws` it is taken to say the same of that partition's resources. Raises ConfigurationError
    where the data file cannot be read.
    """
    found = _ARN.fullmatch(arn)
    return None if found is None else _policy(found["partition"], found["path"])


@functools.cache
def managed_header() -> ManagedHeader:
    """The header of the packaged file, read once per process."""
    return header_of(packaged_bytes())


def managed_arns() -> tuple[str, ...]:
    """The ARN of every policy that is known, sorted by path."""
    members = (_member(number) for number in range(len(managed_header().firsts)))
    return tuple(f"arn:{_PARTITION}:iam::aws:policy/{path}" for member in members for path in member)


def header_of(data: bytes) -> ManagedHeader:
    """The header of a data file. Raises ValueError for a layout that this code does not read."""
    raw = json.loads(zipfile.ZipFile(io.BytesIO(data)).read(HEADER_MEMBER))
    if raw["format"] != FORMAT:
        raise ValueError(f"managed policies of layout {raw['format']}, where {FORMAT} is read")
    return ManagedHeader(raw["version"], raw["source"], raw["policies"], raw["sha256"], tuple(raw["firsts"]))


def member_name(number: int) -> str:
    """The name of a member by its place, from 0."""
    return f"policies/{number:02}.json"


def packaged_bytes() -> bytes:
    """The data file as packaged."""
    return importlib.resources.files("secrets_cli.catalog").joinpath("data", DATA_FILE).read_bytes()


def content_sha256(members: Iterable[tuple[str, bytes]]) -> str:
    """The hash that the header gives of all other members (name and bytes of each)."""
    digest = hashlib.sha256()
    for name, content in sorted(members):
        digest.update(name.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()


@functools.cache
def _policy(partition: str, path: str) -> Policy | None:
    number = bisect_right(managed_header().firsts, path) - 1
    document = _member(number).get(path) if number >= 0 else None
    if document is None:
        return None
    text = json.dumps(document)
    if partition != _PARTITION:
        text = text.replace(f"arn:{_PARTITION}:", f"arn:{partition}:")
    return parse_policy(text, f"arn:{partition}:iam::aws:policy/{path}")


@functools.lru_cache(maxsize=4)
def _member(number: int) -> Mapping[str, JsonValue]:
    """The documents of one member by path; a few members are kept, as look-ups come in the order of files."""
    archive = zipfile.ZipFile(io.BytesIO(packaged_bytes()))
    try:
        read: Mapping[str, JsonValue] = json.loads(archive.read(member_name(number)))
    except RuntimeError as error:
        raise ConfigurationError(
            "this Python was built without its `lzma` module, which AWS managed policies are packed with",
            help="use a Python that has it; `python -c 'import lzma'` tells",
        ) from error
    return read
