"""Take AWS's managed policies out of moto (Apache-2.0), as installed, into `secrets_cli/catalog/data/`.

    python -m scripts.build_managed_policies

moto took them from AWS (`iam:ListPolicies`, `iam:GetPolicyVersion`); the header names its version and the day of the newest
policy. Each document is kept whole, in its default version. The same version of moto gives the same bytes.
"""

import hashlib
import importlib.metadata
import importlib.util
import io
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from secrets_cli.catalog.managed_policies import DATA_FILE, FORMAT, HEADER_MEMBER, content_sha256, member_name

OUT = Path(__file__).resolve().parents[1] / "secrets_cli" / "catalog" / "data" / DATA_FILE
VERSION = "5.2.5"
"""The release of moto that the packaged file is made of."""
SHA256 = "655f4c180e6506cd6da6cffef3c260bd10f5fd2f193ae133e50c7c9b7efeecc3"
"""Of the file that holds them."""
_MEMBER = 250_000
"""Characters of a member: what one look-up unpacks, in some five milliseconds."""
_STAMP = (2026, 1, 1, 0, 0, 0)


def main() -> None:
    """Write the data file. Refuses any other input than the pinned one."""
    version = importlib.metadata.version("moto")
    data = _source()
    digest = hashlib.sha256(data).hexdigest()
    if version != VERSION or digest != SHA256:
        sys.exit(f"moto {version} with sha256 {digest}, where {VERSION} with {SHA256} is pinned: see what changed")
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    built = build(json.loads(aws_managed_policies_data), version, digest)
    OUT.write_bytes(built)
    print(f"{OUT}: {len(built):,} bytes")


def build(policies: Mapping[str, Mapping[str, Any]], version: str, digest: str) -> bytes:
    """The bytes of the data file."""
    documents = {f"{raw['Path'].removeprefix('/')}{name}": raw["Document"] for name, raw in policies.items()}
    members = [dict(one) for one in _members(documents)]
    contents = {
        member_name(number): json.dumps(member, separators=(",", ":"), ensure_ascii=False).encode()
        for number, member in enumerate(members)
    }
    header = {
        "format": FORMAT,
        "version": max(raw["UpdateDate"] for raw in policies.values())[: len("2026-01-01")],
        "source": f"moto {version} (Apache-2.0), moto/iam/aws_managed_policies.py, sha256 {digest}",
        "policies": len(documents),
        "sha256": content_sha256(contents.items()),
        "firsts": [next(iter(member)) for member in members],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        _add(archive, HEADER_MEMBER, json.dumps(header, indent=1).encode(), zipfile.ZIP_DEFLATED)
        for name, content in contents.items():
            _add(archive, name, content, zipfile.ZIP_LZMA)
    return out.getvalue()


def _source() -> bytes:
    spec = importlib.util.find_spec("moto.iam.aws_managed_policies")
    if spec is None or spec.origin is None:
        sys.exit("moto is not installed: run `make setup`")
    return Path(spec.origin).read_bytes()


def _members(documents: Mapping[str, Any]) -> Iterator[list[tuple[str, Any]]]:
    member: list[tuple[str, Any]] = []
    size = 0
    for path, document in sorted(documents.items()):
        member.append((path, document))
        size += len(json.dumps(document))
        if size > _MEMBER:
            yield member
            member, size = [], 0
    if member:
        yield member


def _add(archive: zipfile.ZipFile, name: str, content: bytes, method: int) -> None:
    info = zipfile.ZipInfo(name, _STAMP)
    info.compress_type = method
    info.external_attr = 0o644 << 16
    archive.writestr(info, content)


if __name__ == "__main__":
    main()
