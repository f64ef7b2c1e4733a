"""The packaged catalog: that it is whole, and that well-known facts are in it."""

import re

import pytest

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.http_route import ApiModel
from secrets_cli.catalog.load import load_catalog, packaged_bytes, read_catalog, verified
from secrets_cli.catalog.service import AccessLevel, Service

ARN = re.compile(r"arn:[^:]+:[^:]*:[^:]*:[^:]*:.+")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture(scope="module")
def services(catalog: Catalog) -> tuple[Service, ...]:
    found = (catalog.service(prefix) for prefix in catalog.services())
    return tuple(service for service in found if service is not None)


def test_the_header_tells_what_is_in_the_file(catalog: Catalog, services: tuple[Service, ...]) -> None:
    header = catalog.header
    assert header.services == len(catalog.services()) == len(services)
    assert header.actions == len(catalog.all_actions()) == sum(len(service.actions) for service in services)
    assert header.resource_types == sum(len(service.resource_types) for service in services)
    assert [source.licence for source in header.sources] == ["MIT", "MIT", "Apache-2.0"]
    for source in header.sources:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", source.date)
        assert re.fullmatch(r"[0-9a-f]{64}", source.sha256)


def test_the_content_has_the_hash_in_the_header() -> None:
    assert verified(packaged_bytes())


def test_it_is_loaded_once() -> None:
    assert load_catalog() is load_catalog()


def test_no_two_actions_differ_only_in_case(catalog: Catalog) -> None:
    names = catalog.all_actions()
    assert len({name.lower() for name in names}) == len(names)
    assert list(names) == sorted(names)


def test_every_name_is_one_a_policy_can_hold(services: tuple[Service, ...]) -> None:
    for service in services:
        assert re.fullmatch(r"[a-z0-9-]+", service.prefix)
        for action in service.actions:
            assert re.fullmatch(r"[A-Za-z0-9-]+", action.name)
            assert action.service == service.prefix


def test_every_dependent_action_exists_in_its_spelling(catalog: Catalog, services: tuple[Service, ...]) -> None:
    dependents = {name for service in services for action in service.actions for name in action.dependents}
    assert len(dependents) > 100
    assert dependents <= set(catalog.all_actions())


def test_every_resource_type_of_an_action_is_listed_with_arn_patterns(services: tuple[Service, ...]) -> None:
    for service in services:
        types = {kind.name: kind for kind in service.resource_types}
        assert len(types) == len(service.resource_types)
        for kind in types.values():
            assert kind.arns
            for pattern in kind.patterns:
                assert ARN.fullmatch(pattern)
                assert not set("${}<>, ") & set(pattern)
        for action in service.actions:
            assert {resource.type for resource in action.resources} <= set(types)


@pytest.mark.parametrize(
    ("name", "level", "patterns"),
    [
        ("ssm:GetParameter", AccessLevel.READ, ("arn:*:ssm:*:*:parameter/*",)),
        ("ssm:GetParametersByPath", AccessLevel.READ, ("arn:*:ssm:*:*:parameter/*",)),
        ("s3:ListBucket", AccessLevel.LIST, ("arn:*:s3:::*",)),
        ("s3:DeleteBucket", AccessLevel.WRITE, ("arn:*:s3:::*",)),
        ("dynamodb:ListTables", AccessLevel.LIST, ()),
        ("iam:PassRole", AccessLevel.PERMISSIONS_MANAGEMENT, ("arn:*:iam::*:role/*",)),
        ("iam:AttachRolePolicy", AccessLevel.PERMISSIONS_MANAGEMENT, ("arn:*:iam::*:role/*",)),
        ("lambda:InvokeFunction", AccessLevel.WRITE, ("arn:*:lambda:*:*:function:*",)),
        ("sts:GetCallerIdentity", AccessLevel.READ, ()),
        ("kms:TagResource", AccessLevel.TAGGING, ("arn:*:kms:*:*:key/*",)),
    ],
)
def test_well_known_actions(catalog: Catalog, name: str, level: AccessLevel, patterns: tuple[str, ...]) -> None:
    action = catalog.action(name.lower())
    assert action is not None
    assert action.full_name == name
    assert action.access_level is level
    found = catalog.resource_patterns(name)
    assert found is not None
    assert set(patterns) <= set(found)
    assert bool(found) is bool(patterns)


def test_an_object_of_a_bucket_is_read_by_get_object(catalog: Catalog) -> None:
    assert "arn:*:s3:::*/*" in (catalog.resource_patterns("s3:GetObject") or ())


def test_a_function_is_created_with_a_role(catalog: Catalog) -> None:
    create = catalog.action("lambda:CreateFunction")
    assert create is not None
    assert "iam:PassRole" in create.dependents


@pytest.mark.parametrize(
    "event_name_that_is_no_action", ["s3:HeadObject", "lambda:Invoke", "dynamodb:TransactWriteItems"]
)
def test_operations_that_are_no_actions_are_unknown(catalog: Catalog, event_name_that_is_no_action: str) -> None:
    assert catalog.action(event_name_that_is_no_action) is None


def test_api_gateway_has_verbs_as_actions_and_paths_as_resources(catalog: Catalog) -> None:
    assert catalog.expand("apigateway:GET") == ("apigateway:GET",)
    patterns = catalog.resource_patterns("apigateway:GET") or ()
    assert "arn:*:apigateway:*::/restapis/*/stages/*" in patterns
    assert "arn:*:apigateway:*::/apis/*/stages/*" in patterns


@pytest.mark.parametrize(
    ("model", "operation", "verb", "uri"),
    [
        (ApiModel.REST, "GetRestApi", "GET", "/restapis/{restapi_id}"),
        (ApiModel.REST, "CreateDeployment", "POST", "/restapis/{restapi_id}/deployments"),
        (ApiModel.REST, "ImportRestApi", "POST", "/restapis"),
        (ApiModel.HTTP, "UpdateApi", "PATCH", "/v2/apis/{apiId}"),
    ],
)
def test_api_gateway_operations(catalog: Catalog, model: ApiModel, operation: str, verb: str, uri: str) -> None:
    route = catalog.http_route(model, operation)
    assert route is not None
    assert (route.verb, route.uri) == (verb, uri)


def test_the_zappa_defaults_whole_services_expand(catalog: Catalog) -> None:
    for pattern in ("logs:*", "s3:*", "kinesis:*", "sns:*", "sqs:*", "dynamodb:*", "route53:*"):
        assert len(catalog.expand(pattern)) >= 20


def test_each_reading_gives_equal_values() -> None:
    data = packaged_bytes()
    assert read_catalog(data).service("sqs") == read_catalog(data).service("sqs")
