"""The policies that SAM makes of functions and state machines.

A function without `Role` gets one, with AWSLambdaBasicExecutionRole and what its `Policies`, `Tracing`, `VpcConfig`,
`DeadLetterQueue`, `EventInvokeConfig` and `Events` ask for. A function URL without authorization gets a permission for
everyone. What SAM lets services invoke a function with always names the source, and is left out.

Sources: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html;
aws-sam-translator, samtranslator/model/sam_resources.py (Apache-2.0)
"""

from collections.abc import Iterator, Mapping
from typing import Final

from secrets_cli.iam.json_text import JsonNode, JsonNull, JsonObject, JsonString
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.cloudformation.documents import under_of
from secrets_cli.inputs.cloudformation.sam_templates import policy_templates
from secrets_cli.inputs.cloudformation.template import Resource, Template, at, function_of, text_of
from secrets_cli.inputs.cloudformation.written import (
    Managed,
    Part,
    Under,
    Unreadable,
    Written,
    items_of,
    made_document,
    made_object,
)

_SERVICE_ROLE: Final = "arn:aws:iam::aws:policy/service-role/"
_POLL_POLICIES: Final[Mapping[str, str]] = {
    "DynamoDB": f"{_SERVICE_ROLE}AWSLambdaDynamoDBExecutionRole",
    "Kinesis": f"{_SERVICE_ROLE}AWSLambdaKinesisExecutionRole",
    "MSK": f"{_SERVICE_ROLE}AWSLambdaMSKExecutionRole",
    "SQS": f"{_SERVICE_ROLE}AWSLambdaSQSQueueExecutionRole",
}
_STATEMENT_EVENTS: Final = ("DocumentDB", "MQ", "SelfManagedKafka")
"""Polled sources for which SAM writes statements of its own."""
_SENDS: Final = {
    "SQS": "sqs:SendMessage",
    "SNS": "sns:Publish",
    "EventBridge": "events:PutEvents",
    "Lambda": "lambda:InvokeFunction",
    "S3Bucket": "s3:PutObject",
}
_UNREAD: Final = ("AWS::Serverless::Connector", "AWS::Serverless::GraphQLApi", "AWS::Serverless::WebFunction")


def sam_parts_of(resource: Resource, template: Template) -> Iterator[Part]:
    """The policies of a resource of SAM's; none for any other."""
    under = under_of(resource)
    match resource.type:
        case "AWS::Serverless::Function":
            yield from _function(resource, template, under)
        case "AWS::Serverless::StateMachine":
            yield from _state_machine(resource, under)
        case "AWS::Serverless::Api":
            for node, inner in items_of(resource.property("Auth", "ResourcePolicy", "CustomStatements"), under):
                yield Written(made_document(node), PolicyKind.RESOURCE, "", inner, offset=node.offset)
        case other if other in _UNREAD:
            yield Unreadable(resource.key.offset, f"the policies that SAM makes of `{other}` are not read")
        case _:
            return


def _function(resource: Resource, template: Template, under: Under) -> Iterator[Part]:
    def setting(name: str) -> JsonNode | None:
        own = resource.properties.get(name)
        return template.function_globals.get(name) if own is None else own

    yield from _url(resource, setting("FunctionUrlConfig"), under)
    if _is_given(setting("Role")):
        return
    principal = f"function {resource.logical_id}"
    place = resource.key.offset
    yield from _trust(setting("AssumeRolePolicyDocument"), principal, "lambda.amazonaws.com", place, under)
    basic = (
        "AWSLambdaBasicDurableExecutionRolePolicy"
        if _is_given(setting("DurableConfig"))
        else "AWSLambdaBasicExecutionRole"
    )
    yield _aws_managed(f"{_SERVICE_ROLE}{basic}", place, principal, under)
    tracing = setting("Tracing")
    if _is_given(tracing) and text_of(tracing) != "Disabled":
        yield _aws_managed("arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess", place, principal, under)
    if _is_given(setting("VpcConfig")):
        yield _aws_managed(f"{_SERVICE_ROLE}AWSLambdaVPCAccessExecutionRole", place, principal, under)
    yield from _policies(setting("Policies"), principal, under)
    for node, inner in items_of(setting("PermissionsBoundary"), under):
        yield Managed(node, PolicyKind.BOUNDARY, principal, inner)
    yield from _sends(setting("DeadLetterQueue"), "TargetArn", principal, "SAM dead letter queue", under)
    destinations = at(setting("EventInvokeConfig"), "DestinationConfig")
    for name in ("OnSuccess", "OnFailure"):
        yield from _sends(at(destinations, name), "Destination", principal, f"SAM destination {name}", under)
    yield from _events(resource, principal, under)


def _state_machine(resource: Resource, under: Under) -> Iterator[Part]:
    if _is_given(resource.property("Role")):
        return
    principal = f"state machine {resource.logical_id}"
    yield from _trust(None, principal, "states.amazonaws.com", resource.key.offset, under)
    yield from _policies(resource.property("Policies"), principal, under)
    for node, inner in items_of(resource.property("PermissionsBoundary"), under):
        yield Managed(node, PolicyKind.BOUNDARY, principal, inner)


def _is_given(node: JsonNode | None) -> bool:
    called = function_of(node)
    is_no_value = called is not None and called[0] == "Ref" and text_of(called[1]) == "AWS::NoValue"
    return node is not None and not isinstance(node, JsonNull) and not is_no_value


def _aws_managed(arn: str, offset: int, principal: str, under: Under) -> Managed:
    return Managed(JsonString(arn, offset), PolicyKind.IDENTITY, principal, under)


def _trust(node: JsonNode | None, principal: str, service: str, offset: int, under: Under) -> Iterator[Part]:
    if node is not None:
        yield from (Written(one, PolicyKind.TRUST, principal, inner) for one, inner in items_of(node, under))
        return
    trusted = made_object(offset, Service=JsonString(service, offset))
    statement = _allow(offset, JsonString("sts:AssumeRole", offset), Principal=trusted)
    yield Written(made_document(statement), PolicyKind.TRUST, principal, under, "SAM's default trust policy")


def _allow(offset: int, action: JsonNode, **members: JsonNode) -> JsonObject:
    return made_object(offset, Effect=JsonString("Allow", offset), Action=action, **members)


def _policies(node: JsonNode | None, principal: str, under: Under) -> Iterator[Part]:
    """The forms that `Policies` takes: names and ARNs, documents, statements, templates, or a list of them."""
    for item, inner in items_of(node, under):
        if not isinstance(item, JsonObject) or function_of(item) is not None:
            yield Managed(item, PolicyKind.IDENTITY, principal, inner, is_name=True)
        elif item.get("Statement") is not None:
            yield Written(item, PolicyKind.IDENTITY, principal, inner)
        elif item.get("Effect") is not None:
            yield Written(made_document(item), PolicyKind.IDENTITY, principal, inner)
        else:
            yield from _templates(item, principal, inner)


def _templates(item: JsonObject, principal: str, under: Under) -> Iterator[Part]:
    known = policy_templates()
    for member in item.members:
        template = known.get(member.key.value)
        if template is None:
            yield Unreadable(member.key.offset, f"`{member.key.value}` is no policy template of SAM that is known here")
            continue
        values = member.value if isinstance(member.value, JsonObject) else JsonObject((), member.value.offset)
        missing = [name for name in template.parameters if values.get(name) is None]
        if missing:
            yield Unreadable(
                member.key.offset, f"the policy template `{member.key.value}` needs `{'`, `'.join(missing)}`"
            )
            continue
        document = template.filled(values, member.key.offset)
        attached_by = f"SAM policy template {member.key.value}"
        yield Written(document, PolicyKind.IDENTITY, principal, under, attached_by, member.key.offset)


def _sends(node: JsonNode | None, target: str, principal: str, attached_by: str, under: Under) -> Iterator[Part]:
    for item, inner in items_of(node, under):
        action, resource = _SENDS.get(text_of(at(item, "Type")) or ""), at(item, target)
        if action is None:
            continue
        if resource is None:  # SAM makes the queue or topic, and names it
            yield Unreadable(item.offset, f"what {attached_by} sends to is made at deployment")
            continue
        statement = _allow(item.offset, JsonString(action, item.offset), Resource=resource)
        yield Written(made_document(statement), PolicyKind.IDENTITY, principal, inner, attached_by)


def _events(resource: Resource, principal: str, under: Under) -> Iterator[Part]:
    events = resource.property("Events")
    for member in events.members if isinstance(events, JsonObject) else ():
        kind = text_of(at(member.value, "Type")) or ""
        if kind in _POLL_POLICIES:
            yield _aws_managed(_POLL_POLICIES[kind], member.key.offset, principal, under)
        elif kind in _STATEMENT_EVENTS:
            yield Unreadable(
                member.key.offset, f"the statements that SAM writes for an event of type `{kind}` are not read"
            )


def _url(resource: Resource, node: JsonNode | None, under: Under) -> Iterator[Part]:
    for item, inner in items_of(node, under):
        auth = at(item, "AuthType")
        if auth is None or text_of(auth) != "NONE":
            continue
        arn = made_object(item.offset, **{"Fn::GetAtt": JsonString(f"{resource.logical_id}.Arn", item.offset)})
        condition = made_object(
            item.offset,
            StringEquals=made_object(item.offset, **{"lambda:FunctionUrlAuthType": JsonString("NONE", auth.offset)}),
        )
        everyone = JsonString("*", item.offset)
        action = JsonString("lambda:InvokeFunctionUrl", item.offset)
        statement = _allow(item.offset, action, Principal=everyone, Resource=arn, Condition=condition)
        attached_by = "SAM function URL without authorization"
        yield Written(made_document(statement), PolicyKind.RESOURCE, "", inner, attached_by, auth.offset)
