"""The ARNs that a Terraform file says by references: `aws_dynamodb_table.orders.arn`, `"arn:aws:s3:::${var.bucket}"`.

Only what certainly comes to one ARN counts: a resource with `count`, `for_each`, a provider or a region of its own may be
another than the one that is known here.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from secrets_cli.errors import MalformedInput, TooLarge
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.inputs.terraform_evaluate import Evaluator
from secrets_cli.inputs.terraform_module import Module, Scope
from secrets_cli.inputs.terraform_parse import parse_expression
from secrets_cli.inputs.terraform_references import References
from secrets_cli.inputs.terraform_source import Sources
from secrets_cli.inputs.terraform_syntax import Expression
from secrets_cli.inputs.terraform_value import Text

_STRING: Final = re.compile(r'"((?:[^"\\\n]|\\.)*\$\{(?:[^"\\\n]|\\.)*)"')
_NAME: Final = re.compile(
    r"(?<![\w.\"-])(?:(?:var|local|module)\.[\w.-]+|(?:data\.)?aws_\w+\.[\w-]+(?:\.[\w-]+)+)(?![\w\[(*])"
)
_UNCERTAIN: Final = ("count", "for_each", "provider", "region")


def words_in(text: str, evaluator: Evaluator, module: Module, references: References) -> Mapping[str, str]:
    """What the references in a part of a file come to: ARN -> as the inside of a quoted string says it."""
    found: dict[str, str] = {}
    for said in _said(text):
        value = _value(said, evaluator, module, references)
        if value is not None and (value not in found or len(said) < len(found[value])):
            found[value] = said
    return found


def _said(text: str) -> Iterator[str]:
    yield from (match[1] for match in _STRING.finditer(text))
    yield from (f"${{{match.group()}}}" for match in _NAME.finditer(text))


def _value(said: str, evaluator: Evaluator, module: Module, references: References) -> str | None:
    expression = _parsed(f'"{said}"', evaluator.sources)
    if expression is None:
        return None
    if any(
        one.block.body.attribute(name) is not None for one in references.all(expression, module) for name in _UNCERTAIN
    ):
        return None
    value = evaluator.evaluate(expression, Scope(module))
    if not isinstance(value, Text) or value.causes or UNKNOWN in value.value:
        return None
    is_arn = value.value.startswith("arn:") and value.value.count(":") >= 5
    return value.value if is_arn and "${" not in value.value else None


def _parsed(text: str, sources: Sources) -> Expression | None:
    try:
        return parse_expression(sources, sources.add("an expression", text))
    except (MalformedInput, TooLarge):
        return None
