"""Permissions that resources write in their own properties, as the statements that AWS makes of them.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html
"""

from collections.abc import Iterator
from typing import Final

from secrets_cli.iam.json_text import JsonArray, JsonNode, JsonObject, JsonString, Member
from secrets_cli.inputs.cloudformation.template import Resource, Template, at, function_of, text_of
from secrets_cli.inputs.cloudformation.written import made_document, made_object

_CONDITIONS: Final = (
    ("SourceArn", "ArnLike", "aws:SourceArn"),
    ("SourceAccount", "StringEquals", "aws:SourceAccount"),
    ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
    ("OrganizationId", "StringEquals", "aws:PrincipalOrgID"),
    ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
    ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
    ("InvokedViaFunctionUrl", "Bool", "lambda:InvokedViaFunctionUrl"),
)
"""Property, operator and key."""
_FUNCTION: Final = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${Name}"


def permission(resource: Resource, template: Template) -> JsonNode:
    """The document of an `AWS::Lambda::Permission`."""
    name = resource.properties.get("FunctionName")
    return _statement(resource, JsonString("*", resource.key.offset) if name is None else function_arn(name, template))


def layer_permission(resource: Resource) -> JsonNode:
    """The document of an `AWS::Lambda::LayerVersionPermission`."""
    return _statement(resource, resource.properties.get("LayerVersionArn") or JsonString("*", resource.key.offset))


def bus_policy(resource: Resource) -> JsonNode:
    """The document of an `AWS::Events::EventBusPolicy`: its `Statement`, or what its older properties say."""
    statement = resource.properties.get("Statement")
    if statement is not None:
        return made_document(statement)
    return _statement(resource, JsonString("*", resource.key.offset))


def function_arn(name: JsonNode, template: Template) -> JsonNode:
    """The ARN of a function that is named by its name, its ARN, or a function of the template that gives either."""
    function, argument = function_of(name) or ("", name)
    text = text_of(argument) or ""
    resource = template.resources.get(text) if function == "Ref" else None
    if resource is not None and resource.type.endswith("::Function"):
        return made_object(name.offset, **{"Fn::GetAtt": _list(argument, JsonString("Arn", name.offset))})
    if resource is not None or text.startswith("arn:") or function not in ("", "Ref", "Fn::Sub"):
        return name
    pattern = JsonString(_FUNCTION, name.offset)
    return made_object(name.offset, **{"Fn::Sub": _list(pattern, made_object(name.offset, Name=name))})


def _list(*items: JsonNode) -> JsonArray:
    return JsonArray(items, items[0].offset)


def _statement(resource: Resource, target: JsonNode) -> JsonNode:
    offset = resource.key.offset
    members = [Member(JsonString("Effect", offset), JsonString("Allow", offset))]
    for member in resource.properties.members:
        match member.key.value:
            case "Principal":
                members.append(Member(member.key, principal(member.value)))
            case "Action":
                members.append(member)
            case _:
                continue
    members.append(Member(JsonString("Resource", target.offset), target))
    terms = tuple(_terms(resource.properties))
    if terms:
        members.append(Member(JsonString("Condition", offset), JsonObject(terms, offset)))
    return made_document(JsonObject(tuple(members), offset))


def _terms(properties: JsonObject) -> Iterator[Member]:
    operators: dict[str, list[Member]] = {}
    for name, operator, key in _CONDITIONS:
        value = properties.get(name)
        if value is not None:
            operators.setdefault(operator, []).append(Member(JsonString(key, value.offset), value))
    condition = properties.get("Condition")  # of a bus policy: {Key, Type, Value}
    operator_name, key_name, value = (
        text_of(at(condition, "Type")),
        text_of(at(condition, "Key")),
        at(condition, "Value"),
    )
    if operator_name and key_name and value is not None:
        operators.setdefault(operator_name, []).append(Member(JsonString(key_name, value.offset), value))
    for operator, members in operators.items():
        yield Member(JsonString(operator, members[0].key.offset), JsonObject(tuple(members), members[0].key.offset))


def principal(node: JsonNode) -> JsonNode:
    """A `Principal` property as the element: everyone, a service, or an account or one of its principals."""
    text = text_of(node)
    if text == "*":
        return node
    called = function_of(node)
    pattern = text if text is not None else text_of(called[1]) if called is not None else None
    is_service = (
        pattern is not None
        and ".amazonaws." in pattern.replace("${AWS::URLSuffix}", "amazonaws.com")
        and (":iam:" not in pattern)
    )
    return made_object(node.offset, **{"Service" if is_service else "AWS": node})
