"""What the attributes of resources and data sources are, as far as the files tell: those written out, names and ARNs.

Sources of the ARN formats: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from dataclasses import dataclass, replace
from typing import Final

from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.inputs.terraform_document import policy_document
from secrets_cli.inputs.terraform_evaluate import Evaluator
from secrets_cli.inputs.terraform_module import Module, Resource, Scope
from secrets_cli.inputs.terraform_value import (
    Cause,
    MapValue,
    Null,
    Text,
    Unresolvable,
    Value,
    joined,
    scalar_text,
    unknown,
)

ACCOUNT: Final = "account_id"
"""The supplied value that is the account's id."""
REGION: Final = "region"
"""The supplied value that is the region."""


JOINED: Final = ("aws_iam_role", "aws_iam_user", "aws_iam_group", "aws_iam_policy")
"""Types whose names and ARNs say where they come from."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a type of resource."""

    arn: str
    """`{region}`, `{account}` and `{name}` are filled in."""
    name: str = "name"
    """The attribute that names it."""
    prefix: str = "name_prefix"
    """The attribute that its generated name begins with."""
    id: str = "name"
    """What `.id` is: `name`, `arn`, or empty where AWS makes it up."""


_TYPES: Final = {
    "aws_s3_bucket": _Known("arn:aws:s3:::{name}", "bucket", "bucket_prefix"),
    "aws_iam_role": _Known("arn:aws:iam::{account}:role/{name}"),
    "aws_iam_user": _Known("arn:aws:iam::{account}:user/{name}"),
    "aws_iam_group": _Known("arn:aws:iam::{account}:group/{name}"),
    "aws_iam_policy": _Known("arn:aws:iam::{account}:policy/{name}", id="arn"),
    "aws_iam_instance_profile": _Known("arn:aws:iam::{account}:instance-profile/{name}"),
    "aws_sqs_queue": _Known("arn:aws:sqs:{region}:{account}:{name}", id=""),
    "aws_sns_topic": _Known("arn:aws:sns:{region}:{account}:{name}", id="arn"),
    "aws_dynamodb_table": _Known("arn:aws:dynamodb:{region}:{account}:table/{name}"),
    "aws_lambda_function": _Known("arn:aws:lambda:{region}:{account}:function:{name}", "function_name", ""),
    "aws_cloudwatch_log_group": _Known("arn:aws:logs:{region}:{account}:log-group:{name}"),
    "aws_cloudwatch_event_bus": _Known("arn:aws:events:{region}:{account}:event-bus/{name}"),
    "aws_cloudwatch_event_rule": _Known("arn:aws:events:{region}:{account}:rule/{name}"),
    "aws_ssm_parameter": _Known("arn:aws:ssm:{region}:{account}:parameter{name}", prefix=""),
    "aws_secretsmanager_secret": _Known(
        f"arn:aws:secretsmanager:{{region}}:{{account}}:secret:{{name}}-{UNKNOWN}", id="arn"
    ),
    "aws_kms_key": _Known(f"arn:aws:kms:{{region}}:{{account}}:key/{UNKNOWN}", "", "", ""),
    "aws_kms_alias": _Known("arn:aws:kms:{region}:{account}:{name}"),
    "aws_ecr_repository": _Known("arn:aws:ecr:{region}:{account}:repository/{name}", prefix=""),
    "aws_kinesis_stream": _Known("arn:aws:kinesis:{region}:{account}:stream/{name}", prefix="", id="arn"),
    "aws_kinesis_firehose_delivery_stream": _Known(
        "arn:aws:firehose:{region}:{account}:deliverystream/{name}", prefix="", id="arn"
    ),
    "aws_sfn_state_machine": _Known("arn:aws:states:{region}:{account}:stateMachine:{name}", id="arn"),
    "aws_codebuild_project": _Known("arn:aws:codebuild:{region}:{account}:project/{name}", prefix="", id="arn"),
    "aws_codepipeline": _Known("arn:aws:codepipeline:{region}:{account}:{name}", prefix=""),
    "aws_ecs_cluster": _Known("arn:aws:ecs:{region}:{account}:cluster/{name}", prefix="", id="arn"),
}


def attribute_of(evaluator: Evaluator, resource: Resource, name: str, offset: int) -> Value:
    """The attribute, or an unknown value that names it."""
    if not resource.managed:
        known = _data(evaluator, resource, name, offset)
        if known is not None:
            return known
    written = resource.block.body.attribute(name)
    if written is not None:
        value = evaluator.evaluate(written.value, uninstantiated(resource))
    else:
        value = _identity(evaluator, resource, name, offset)
    named = resource.managed and resource.type in JOINED and name in ("arn", "id", "name")
    return replace(value, origin=resource) if named and isinstance(value, Text) else value


def uninstantiated(resource: Resource) -> Scope:
    """The scope of a resource of which one does not know which of its instances is meant."""
    body = resource.block.body
    names: dict[str, Value] = {}
    for_each, count = body.attribute("for_each"), body.attribute("count")
    if for_each is not None:
        each = unknown(for_each.offset, f"which instance of `{resource.address}` is meant is not known")
        names["each"] = MapValue(
            ((Text("key", for_each.offset), each), (Text("value", for_each.offset), each)), for_each.offset
        )
    if count is not None:
        index = unknown(count.offset, f"`count.index` of `{resource.address}` is not known")
        names["count"] = MapValue(((Text("index", count.offset), index),), count.offset)
    return Scope(resource.module, names)


def _data(evaluator: Evaluator, resource: Resource, name: str, offset: int) -> Value | None:
    match resource.type, name:
        case "aws_iam_policy_document", "json" | "minified_json":
            return evaluator.named(
                resource.module,
                resource.address,
                offset,
                lambda: policy_document(evaluator, resource.block, uninstantiated(resource)),
            )
        case "aws_caller_identity", "account_id" | "id":
            return account(evaluator, offset)
        case "aws_region", "name" | "id" | "region":
            return region(evaluator, resource.module, offset)
        case "aws_partition", "partition" | "id":
            return Text("aws", offset)
        case "aws_partition", "dns_suffix":
            return Text("amazonaws.com", offset)
        case _:
            return None


def account(evaluator: Evaluator, offset: int) -> Text:
    """The account's id as it was supplied."""
    supplied = evaluator.supplied.values.get(ACCOUNT)
    if supplied is not None:
        return Text(supplied, offset)
    cause = unknown(offset, "the account's id is not known", f"--var {ACCOUNT}=111122223333")
    return Text(UNKNOWN, offset, causes=cause.causes)


def region(evaluator: Evaluator, module: Module, offset: int) -> Text:
    """The region as it was supplied, or of the default provider's block."""
    supplied = evaluator.supplied.values.get(REGION)
    if supplied is not None:
        return Text(supplied, offset)
    for block in module.providers:
        written = block.body.attribute("region")
        if block.labels == ("aws",) and block.body.attribute("alias") is None and written is not None:
            found = scalar_text(evaluator.evaluate(written.value, Scope(module)))
            if found is not None:
                return found
    cause = unknown(offset, "the region is not known", f"--var {REGION}=eu-west-1")
    return Text(UNKNOWN, offset, causes=cause.causes)


def _identity(evaluator: Evaluator, resource: Resource, name: str, offset: int) -> Value:
    known = _TYPES.get(resource.type)
    if known is not None and known.name == name:
        return name_of(evaluator, resource, offset)
    if known is not None and (name == "arn" or (name == "id" and known.id == "arn")):
        return _arn(evaluator, resource, known, offset)
    if known is not None and name == "id" and known.id == "name":
        return name_of(evaluator, resource, offset)
    if name == "arn":
        cause = unknown(offset, f"`{resource.address}.arn` is known after apply only").causes
        return Text(f"arn:aws:{UNKNOWN}:{UNKNOWN}:{UNKNOWN}:{UNKNOWN}", offset, causes=cause)
    return unknown(offset, f"`{resource.address}.{name}` is known after apply only")


def name_of(evaluator: Evaluator, resource: Resource, offset: int) -> Text:
    """The resource's own name, unknown where it is generated."""
    known = _TYPES.get(resource.type)
    body = resource.block.body
    written = body.attribute(known.name) if known is not None and known.name else None
    if written is not None:
        value = evaluator.evaluate(written.value, uninstantiated(resource))
        text = scalar_text(value)
        if text is not None and not isinstance(value, Null):
            return text
    generated = Text(UNKNOWN, offset, causes=unknown(offset, f"the name of `{resource.address}` is generated").causes)
    begins = body.attribute(known.prefix) if known is not None and known.prefix else None
    if begins is None:
        return generated
    text = scalar_text(evaluator.evaluate(begins.value, uninstantiated(resource)))
    made = joined((text, generated), offset) if text is not None else generated
    return generated if isinstance(made, Unresolvable) else made


def _arn(evaluator: Evaluator, resource: Resource, known: _Known, offset: int) -> Value:
    texts: list[Text] = []
    layout = (
        known.arn.replace("{name}", "\0name\0").replace("{account}", "\0account\0").replace("{region}", "\0region\0")
    )
    for part in layout.split("\0"):
        match part:
            case "name":
                texts.append(_in_arn(evaluator, resource, offset))
            case "account":
                texts.append(account(evaluator, offset))
            case "region":
                texts.append(region(evaluator, resource.module, offset))
            case _:
                causes: tuple[Cause, ...] = ()
                if UNKNOWN in part:
                    causes = unknown(offset, f"`{resource.address}.arn` is known after apply only").causes
                texts.append(Text(part, offset, causes=causes))
    return joined(texts, offset)


def _in_arn(evaluator: Evaluator, resource: Resource, offset: int) -> Text:
    """The name as the ARN has it: with the path of IAM's resources, and one slash before a parameter's."""
    name = name_of(evaluator, resource, offset)
    if resource.type == "aws_ssm_parameter" and not name.value.startswith("/"):
        name = Text(f"/{name.value}", name.offset, causes=name.causes)
    path = resource.block.body.attribute("path") if resource.type.startswith("aws_iam_") else None
    if path is None:
        return name
    text = scalar_text(evaluator.evaluate(path.value, uninstantiated(resource)))
    made = joined((Text(text.value.removeprefix("/"), text.offset, causes=text.causes), name), offset) if text else name
    return name if isinstance(made, Unresolvable) else made
