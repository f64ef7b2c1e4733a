"""What a Terraform function's arguments make the platform do with its role: networks, tracing, queues, file systems, events.

Given in the words of Lambda's own API, with `*` for what is known after apply only.

Sources: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function,
.../lambda_event_source_mapping and .../lambda_function_event_invoke_config
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.inputs.terraform_attribute import uninstantiated
from secrets_cli.inputs.terraform_blocks import Instance, instances_of
from secrets_cli.inputs.terraform_evaluate import Evaluator
from secrets_cli.inputs.terraform_module import Module, Resource, Scope
from secrets_cli.inputs.terraform_references import References
from secrets_cli.inputs.terraform_syntax import Body
from secrets_cli.inputs.terraform_value import ListValue, Null, scalar_text
from secrets_cli.json_value import JsonValue

_EVENTS: Final = ("aws_lambda_event_source_mapping", "aws_lambda_function_event_invoke_config")


def function_settings(evaluator: Evaluator, resource: Resource) -> Mapping[str, JsonValue]:
    """Of one `aws_lambda_function`."""
    body, scope = resource.block.body, uninstantiated(resource)
    found: dict[str, JsonValue] = {}
    if any(_has_any(evaluator, one, "subnet_ids") for one in instances_of(evaluator, body, "vpc_config", scope)):
        found["VpcConfig"] = {"SubnetIds": ["*"]}
    for one in instances_of(evaluator, body, "tracing_config", scope):
        if _text(evaluator, one.block.body, "mode", one.scope) in ("Active", "*"):
            found["TracingConfig"] = {"Mode": "Active"}
    for one in instances_of(evaluator, body, "dead_letter_config", scope):
        if target := _text(evaluator, one.block.body, "target_arn", one.scope):
            found["DeadLetterConfig"] = {"TargetArn": target}
    if key := _text(evaluator, body, "kms_key_arn", scope):
        found["KMSKeyArn"] = key
    systems = instances_of(evaluator, body, "file_system_config", scope)
    arns = [arn for one in systems if (arn := _text(evaluator, one.block.body, "arn", one.scope))]
    if arns:
        found["FileSystemConfigs"] = [{"Arn": arn} for arn in arns]
    return found


def event_settings(
    evaluator: Evaluator, references: References, modules: Sequence[Module], function: Resource
) -> Iterator[Mapping[str, JsonValue]]:
    """The event source mappings of a function, and where its events go that it did not take."""
    for module in modules:
        for resource in module.managed():
            written = resource.block.body.attribute("function_name")
            if resource.type not in _EVENTS or written is None:
                continue
            if any(one is function for one in references.all(written.value, module)):
                yield from _event(evaluator, resource)


def _event(evaluator: Evaluator, resource: Resource) -> Iterator[Mapping[str, JsonValue]]:
    body, scope = resource.block.body, uninstantiated(resource)
    found: dict[str, JsonValue] = {}
    for config in instances_of(evaluator, body, "destination_config", scope):
        outcomes: dict[str, JsonValue] = {}
        for kind, outcome in (("on_failure", "OnFailure"), ("on_success", "OnSuccess")):
            for one in instances_of(evaluator, config.block.body, kind, config.scope):
                target = _text(evaluator, one.block.body, "destination_arn", one.scope)
                target = target or _text(evaluator, one.block.body, "destination", one.scope)
                if target:
                    outcomes[outcome] = {"Destination": target}
        found["DestinationConfig"] = outcomes
    if source := _text(evaluator, body, "event_source_arn", scope):
        found["EventSourceArn"] = source
    if found:
        yield found


def _text(evaluator: Evaluator, body: Body, name: str, scope: Scope) -> str:
    """The attribute's text, `*` in the place of what is not known; empty where it is not set."""
    written = body.attribute(name)
    value = None if written is None else evaluator.evaluate(written.value, scope)
    if value is None or isinstance(value, Null):
        return ""
    text = scalar_text(value)
    return "*" if text is None else text.value.replace(UNKNOWN, "*")


def _has_any(evaluator: Evaluator, one: Instance, name: str) -> bool:
    """Whether the list is not certainly empty."""
    written = one.block.body.attribute(name)
    if written is None:
        return False
    value = evaluator.evaluate(written.value, one.scope)
    return not isinstance(value, ListValue) or bool(value.items)
