"""The Condition element: operators, keys and values.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
"""

from collections.abc import Iterator

from secrets_cli.iam.json_text import JsonArray, JsonBool, JsonNode, JsonNumber, JsonObject, JsonString, Member, Places
from secrets_cli.iam.model import ConditionTerm, Operator
from secrets_cli.iam.operator_name import parse_operator
from secrets_cli.iam.parse_element import refuse


def parse_condition(places: Places, node: JsonNode) -> tuple[ConditionTerm, ...]:
    """The terms in the order they are written, operator by operator.

    An empty condition and an empty list of values are accepted, as AWS accepts them; the first always holds.
    """
    if not isinstance(node, JsonObject):
        refuse(places, node, "`Condition` is no object", 'write `{"StringEquals": {"key": "value"}}`')
    terms: list[ConditionTerm] = []
    seen: dict[tuple[Operator, str], Member] = {}
    for block in node.members:
        operator = _operator(places, block)
        for term, member in _terms(places, block, operator):
            first = seen.setdefault((operator, term.key.lower()), member)
            if first is not member:
                what = f"`{term.key}` stands twice under `{operator}`, first at {places.at(first.key.offset)}"
                refuse(places, member.key, what, "condition keys are the same in any letter case; merge the values")
            terms.append(term)
    return _by_operator(terms)


def _by_operator(terms: list[ConditionTerm]) -> tuple[ConditionTerm, ...]:
    """The terms of one operator together, for it may be written in two letter cases."""
    groups: dict[Operator, list[ConditionTerm]] = {}
    for term in terms:
        groups.setdefault(term.operator, []).append(term)
    return tuple(term for group in groups.values() for term in group)


def _operator(places: Places, block: Member) -> Operator:
    operator = parse_operator(block.key.value)
    if operator is None:
        help = "write one of AWS's operators, such as `StringEquals` or `ForAnyValue:StringLike`"
        refuse(places, block.key, f"`{block.key.value}` is no condition operator", help)
    return operator


def _terms(places: Places, block: Member, operator: Operator) -> Iterator[tuple[ConditionTerm, Member]]:
    if not isinstance(block.value, JsonObject):
        refuse(places, block.value, f"`{block.key.value}` is no object", 'write `{"key": "value"}` under it')
    for member in block.value.members:
        if not member.key.value:
            refuse(places, member.key, "a condition key is empty", "name a key, such as `aws:SourceIp`")
        values = member.value.items if isinstance(member.value, JsonArray) else (member.value,)
        texts = tuple(_text(places, value, member.key.value) for value in values)
        yield ConditionTerm(operator, member.key.value, texts, places.at(member.key.offset)), member


def _text(places: Places, node: JsonNode, key: str) -> str:
    if isinstance(node, JsonBool):
        return "true" if node.value else "false"
    if not isinstance(node, JsonString | JsonNumber):
        refuse(places, node, f"a value of `{key}` is no string, number or boolean", "write it in double quotes")
    return node.value if isinstance(node, JsonString) else node.text
