"""`aws_lambda_permission`: the statement that Lambda puts into the function's policy for it.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
"""

import re

from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.inputs.terraform_evaluate import Evaluator
from secrets_cli.inputs.terraform_module import Resource, Scope
from secrets_cli.inputs.terraform_value import ListValue, MapValue, Null, Text, Value, scalar_text

_CONDITIONS = (
    ("source_arn", "ArnLike", "AWS:SourceArn"),
    ("source_account", "StringEquals", "AWS:SourceAccount"),
    ("principal_org_id", "StringEquals", "aws:PrincipalOrgID"),
    ("event_source_token", "StringEquals", "lambda:EventSourceToken"),
    ("function_url_auth_type", "StringEquals", "lambda:FunctionUrlAuthType"),
)
_ACCOUNT = re.compile(r"[0-9]{12}|arn:.*|\*")


def permission_document(evaluator: Evaluator, resource: Resource, scope: Scope) -> Value:
    """The policy with this one statement."""
    body = resource.block.body
    start = resource.block.offset
    values: dict[str, tuple[int, Text]] = {}
    for attribute in body.attributes:
        value = evaluator.evaluate(attribute.value, scope)
        text = scalar_text(value)
        if text is not None and not isinstance(value, Null):
            values[attribute.name] = (attribute.offset, text)

    def named(name: str, offset: int) -> Text:
        return Text(name, offset)

    members: list[tuple[Text, Value]] = [(named("Effect", start), Text("Allow", start))]
    for name, element in (("action", "Action"), ("function_name", "Resource")):
        if name in values:
            offset, text = values[name]
            members.append((named(element, offset), text if name == "action" else _function(text)))
    if "principal" in values:
        offset, text = values["principal"]
        kind = "AWS" if _ACCOUNT.fullmatch(text.value) or UNKNOWN in text.value else "Service"
        members.append((named("Principal", offset), MapValue(((named(kind, offset), text),), offset)))
    conditions: dict[str, list[tuple[Text, Value]]] = {}
    for name, operator, key in _CONDITIONS:
        if name in values:
            offset, text = values[name]
            conditions.setdefault(operator, []).append((named(key, offset), text))
    if conditions:
        blocks = tuple(
            (named(operator, start), MapValue(tuple(terms), start)) for operator, terms in conditions.items()
        )
        members.append((named("Condition", start), MapValue(blocks, start)))
    statement = MapValue(tuple(members), start)
    version = (named("Version", start), Text("2012-10-17", start))
    return MapValue((version, (named("Statement", start), ListValue((statement,), start))), start)


def _function(text: Text) -> Text:
    """The function's ARN; a name by itself is one in the region and account of the deployment."""
    if text.value.startswith("arn:") or text.value == UNKNOWN:
        return text
    return Text(f"arn:aws:lambda:*:*:function:{text.value}", text.offset, causes=text.causes)
