"""The ways in which the conditions of a template can come out.

A default does not settle a condition, for whoever deploys may give another value; a supplied value does. What is left
open is a comparison with a text: `Equals [Ref Stage, prod]` and `Equals [Ref Stage, dev]` are one question with three
answers, so no world holds in which both are true. In a world where `Stage` is `prod`, `Ref Stage` is `prod` too.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from secrets_cli.iam.json_text import JsonArray, JsonNode, JsonObject, JsonString
from secrets_cli.inputs.cloudformation.intrinsics import Resolver, World
from secrets_cli.inputs.cloudformation.template import Template, function_of, text_of
from secrets_cli.inputs.found import UNKNOWN

MAX_WORLDS: Final = 64
"""Worlds that one document is judged in."""
MAX_CHAIN: Final = 32
"""Conditions that name conditions; what is beyond is an open question."""


@dataclass(frozen=True, slots=True)
class Worlds:
    """The worlds to judge a document in."""

    worlds: tuple[World, ...]
    is_all: bool
    """False where there are more than MAX_WORLDS: then each answer to each question stands in one of these."""


@dataclass(frozen=True, slots=True)
class _Compared:
    """An open question: does this node give this text?"""

    question: str
    parameter: str | None
    """Set where the node is `Ref` of it."""
    answer: str


@dataclass(frozen=True, slots=True, eq=False)
class _Combined:
    """`Fn::And`, `Fn::Or` or `Fn::Not` of others."""

    function: str
    parts: tuple["_Expression", ...]


_Expression: TypeAlias = _Compared | _Combined | bool


class Conditions:
    """The conditions of one template."""

    __slots__ = ("_compiled", "given", "template")

    def __init__(self, template: Template, given: Mapping[str, str]) -> None:
        self.template = template
        self.given = given
        self._compiled: dict[str, _Expression] = {}

    def worlds(self, names: Iterable[str]) -> Worlds:
        """Every way in which the named conditions can come out, with what that says of parameters."""
        names = sorted(name for name in names if name in self.template.conditions)
        questions: dict[str, list[_Compared]] = {}
        for compared in _open([self._named(name) for name in names]):
            listed = questions.setdefault(compared.question, [])
            if compared not in listed:
                listed.append(compared)
        choices = [self._choices(listed) for listed in questions.values()]
        total = 1
        for choice in choices:
            total *= len(choice)
        picked = itertools.product(*choices) if total <= MAX_WORLDS else _each_once(choices)
        worlds = tuple(
            self._world(names, dict(zip(questions, pick, strict=True)), questions)
            for pick in itertools.islice(picked, MAX_WORLDS)
        )
        return Worlds(worlds, total <= MAX_WORLDS)

    def _choices(self, listed: list[_Compared]) -> list[str | None]:
        """The answers; None is "another text", left out where the parameter does not allow one."""
        answers: list[str | None] = [one.answer for one in listed]
        parameter = self.template.parameters.get(listed[0].parameter or "")
        if parameter is None or not parameter.allowed or parameter.is_stored:
            return [*answers, None]
        allowed: list[str | None] = [one for one in answers if one in parameter.allowed]
        return [*allowed, None] if len(allowed) < len(set(parameter.allowed)) else allowed

    def _world(
        self, names: list[str], answers: Mapping[str, str | None], questions: Mapping[str, list[_Compared]]
    ) -> World:
        equals: dict[str, str] = {}
        differs: dict[str, frozenset[str]] = {}
        for question, answer in answers.items():
            parameter = questions[question][0].parameter
            if parameter is not None and answer is not None:
                equals[parameter] = answer
            elif parameter is not None:
                differs[parameter] = frozenset(one.answer for one in questions[question])
        known: dict[int, bool] = {}
        return World({name: _holds(self._named(name), answers, known) for name in names}, equals, differs)

    def _expression(self, node: JsonNode, within: tuple[str, ...]) -> _Expression:
        """A condition as a tree whose leaves are settled or open; conditions that it names are shared, not repeated."""
        name = text_of(node.get("Condition")) if isinstance(node, JsonObject) else None
        if name is not None:
            return self._named(name, within)
        match function_of(node):
            case "Fn::And" | "Fn::Or" | "Fn::Not" as function, JsonArray(items) if items:
                return _Combined(function, tuple(self._expression(item, within) for item in items))
            case "Fn::Equals", JsonArray((left, right)):
                return self._compared(left, right)
            case _:
                return _Compared(_canonical(node), None, "true")

    def _named(self, name: str, within: tuple[str, ...] = ()) -> _Expression:
        target = self.template.conditions.get(name)
        if target is None or name in within or len(within) > MAX_CHAIN:
            return _Compared(f"condition {name}", None, "true")
        if name not in self._compiled:
            self._compiled[name] = self._expression(target, (*within, name))
        return self._compiled[name]

    def _compared(self, left: JsonNode, right: JsonNode) -> _Compared | bool:
        first, second = self._settled(left), self._settled(right)
        if first is not None and second is not None:
            return first == second
        if first is None and second is None:
            question = [_canonical(left), _canonical(right)]
            return True if question[0] == question[1] else _Compared(" = ".join(sorted(question)), None, "true")
        node, answer = (left, second) if first is None else (right, first)
        called = function_of(node)
        name = text_of(called[1]) if called is not None and called[0] == "Ref" else None
        return _Compared(_canonical(node), name if name in self.template.parameters else None, answer or "")

    def _settled(self, node: JsonNode) -> str | None:
        """The text of an operand that no deployment can change, given what was supplied."""
        called = function_of(node)
        if called is not None and text_of(called[1]) in ("AWS::Partition", "AWS::URLSuffix"):
            return self.given.get(text_of(called[1]) or "")
        text = text_of(Resolver(self.template, self.given, World(), use_defaults=False).value(node))
        return None if text is None or UNKNOWN in text else text


def _open(roots: Sequence[_Expression]) -> Iterable[_Compared]:
    """The open questions, in the order they are written."""
    seen: set[int] = set()
    waiting = list(reversed(roots))
    while waiting:
        one = waiting.pop()
        if isinstance(one, _Compared):
            yield one
        elif isinstance(one, _Combined) and id(one) not in seen:
            seen.add(id(one))
            waiting += reversed(one.parts)


def _holds(one: _Expression, answers: Mapping[str, str | None], known: dict[int, bool]) -> bool:
    match one:
        case bool():
            return one
        case _Compared(question, _, answer):
            return answers[question] == answer
        case _Combined(function, parts):
            if id(one) not in known:
                outcomes = [_holds(part, answers, known) for part in parts]
                known[id(one)] = any(outcomes) if function == "Fn::Or" else all(outcomes) is not (function == "Fn::Not")
            return known[id(one)]


def _each_once(choices: list[list[str | None]]) -> Iterable[tuple[str | None, ...]]:
    """Picks in which each answer to each question stands at least once, the first and the last answers together too."""
    first = tuple(choice[0] for choice in choices)
    yield first
    yield tuple(choice[-1] for choice in choices)
    for index, choice in enumerate(choices):
        for answer in choice[1:]:
            yield (*first[:index], answer, *first[index + 1 :])


def _canonical(node: JsonNode) -> str:
    """The node as text, the same for nodes that say the same wherever they stand."""
    match node:
        case JsonObject(members):
            return "{" + ",".join(f"{one.key.value!r}:{_canonical(one.value)}" for one in members) + "}"
        case JsonArray(items):
            return "[" + ",".join(_canonical(item) for item in items) + "]"
        case JsonString(value):
            return repr(value)
        case _:
            return repr(text_of(node))
