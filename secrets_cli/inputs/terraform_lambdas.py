"""The functions and the parameters that a configuration's resources make.

A function is given once, whatever its `count` or `for_each`: what differs between its instances is UNKNOWN. Endpoints are
those of `terraform_endpoints`.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from secrets_cli.iam.location import Location
from secrets_cli.inputs.found import UNKNOWN, FunctionAt, ParameterAt, VariableAt
from secrets_cli.inputs.terraform_attribute import uninstantiated
from secrets_cli.inputs.terraform_blocks import instances_of
from secrets_cli.inputs.terraform_endpoints import Endpoints
from secrets_cli.inputs.terraform_evaluate import Evaluator
from secrets_cli.inputs.terraform_module import Module, Resource, Scope
from secrets_cli.inputs.terraform_syntax import Expression
from secrets_cli.inputs.terraform_value import Either, MapValue, Null, Value, causes_of, scalar_text

SOURCE: Final = "terraform"
_STORED: Final = re.compile(r"data\.aws_(?:ssm_parameter|secretsmanager_secret_version)\.[A-Za-z0-9_-]+(?:\.\w+)?")
OwnerOf = Callable[[Expression, Scope, str], str]
"""Whose name or ARN an expression is, as principals are named."""


def functions_of(evaluator: Evaluator, modules: Sequence[Module], owner: OwnerOf) -> tuple[FunctionAt, ...]:
    """Every `aws_lambda_function`, in the order of the files."""
    endpoints = Endpoints(evaluator, modules)
    found = (one for module in modules for one in module.managed() if one.type == "aws_lambda_function")
    return tuple(_function(evaluator, one, owner, endpoints) for one in found)


def parameters_of(evaluator: Evaluator, modules: Sequence[Module]) -> tuple[ParameterAt, ...]:
    """Every `aws_ssm_parameter`, in the order of the files."""
    found = (one for module in modules for one in module.managed() if one.type == "aws_ssm_parameter")
    return tuple(_parameter(evaluator, one) for one in found)


def _function(evaluator: Evaluator, resource: Resource, owner: OwnerOf, endpoints: Endpoints) -> FunctionAt:
    scope = uninstantiated(resource)
    runtime, runtime_at = _setting(evaluator, resource, "runtime")
    role = resource.block.body.attribute("role")
    return FunctionAt(
        resource.address,
        evaluator.sources.at(resource.block.offset),
        SOURCE,
        principal="" if role is None else _role(owner(role.value, scope, "role")),
        runtime=UNKNOWN if UNKNOWN in runtime else runtime,
        runtime_location=runtime_at,
        environment=tuple(dict.fromkeys(_environment(evaluator, resource, scope))),
        endpoints=endpoints.of(resource),
        key=_setting(evaluator, resource, "kms_key_arn")[0],
    )


def _role(owner: str) -> str:
    """A role that is named by its ARN, by its name."""
    return f"role {owner.rpartition('/')[2]}" if owner.startswith("role arn:") else owner


def _parameter(evaluator: Evaluator, resource: Resource) -> ParameterAt:
    key, key_at = _setting(evaluator, resource, "key_id")
    value, value_at = _setting(evaluator, resource, "value")
    return ParameterAt(
        resource.address,
        _setting(evaluator, resource, "type")[0],
        evaluator.sources.at(resource.block.offset),
        SOURCE,
        path=_setting(evaluator, resource, "name")[0],
        key=key,
        key_location=key_at,
        value=value,
        value_location=value_at,
    )


def _setting(evaluator: Evaluator, resource: Resource, name: str) -> tuple[str, Location | None]:
    """The attribute's text, UNKNOWN where it is not one for certain, and where its name stands."""
    written = resource.block.body.attribute(name)
    if written is None:
        return "", None
    value = evaluator.evaluate(written.value, uninstantiated(resource))
    return text_in(value), evaluator.sources.at(written.offset)


def text_in(value: Value) -> str:
    """The value as text; empty for null, UNKNOWN for what is no text."""
    if isinstance(value, Null):
        return ""
    text = scalar_text(value)
    return UNKNOWN if text is None else text.value


def _environment(evaluator: Evaluator, resource: Resource, scope: Scope) -> Iterator[VariableAt]:
    for instance in instances_of(evaluator, resource.block.body, "environment", scope):
        written = instance.block.body.attribute("variables")
        if written is None:
            continue
        for value in _options(evaluator.evaluate(written.value, instance.scope)):
            for key, item in value.members if isinstance(value, MapValue) else ():
                place = evaluator.sources.at(key.offset)
                yield from (VariableAt(key.value, text_in(one), place, _stored(one)) for one in _options(item))


def _options(value: Value) -> tuple[Value, ...]:
    """Every value that a condition leaves possible."""
    return value.options if isinstance(value, Either) else (value,)


def _stored(value: Value) -> str:
    """The data source of a secret that the value comes from."""
    found = (_STORED.search(cause.reason) for cause in causes_of(value))
    return next((one.group() for one in found if one is not None), "")
