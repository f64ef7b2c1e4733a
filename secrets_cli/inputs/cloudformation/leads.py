"""What of a template may lead to each of its functions, whatever its conditions say: found once, so that a function is
asked about nothing else."""

from collections.abc import Iterator
from typing import Final

from secrets_cli.iam.json_text import JsonNode
from secrets_cli.inputs.cloudformation.references import references
from secrets_cli.inputs.cloudformation.template import Resource, Template, text_of

FUNCTIONS: Final = ("AWS::Lambda::Function", "AWS::Serverless::Function")
LEADING: Final = ("AWS::Lambda::Alias", "AWS::Lambda::Version")
"""What stands for a function."""
_THROUGH: Final = (*LEADING, "AWS::ApiGatewayV2::Integration")
_DOORS: Final = (
    "AWS::Lambda::Url",
    "AWS::ApiGateway::Method",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Route",
    "AWS::Serverless::Api",
    "AWS::Serverless::HttpApi",
)
_METHOD: Final = "AWS::ApiGateway::Method"
_HOPS: Final = 8


class Leads:
    """Of one template."""

    __slots__ = ("_doors", "_preflights", "template")

    def __init__(self, template: Template) -> None:
        self.template = template
        self._doors: dict[str, list[Resource]] = {}
        self._preflights: dict[tuple[str, ...], list[Resource]] = {}
        for resource in template.resources.values():
            if resource.type not in _DOORS:
                continue
            for function in dict.fromkeys(self._functions(resource.properties, 0)):
                self._doors.setdefault(function, []).append(resource)
            if resource.type == _METHOD and text_of(resource.property("HttpMethod")) == "OPTIONS":
                self._preflights.setdefault(references(resource.property("ResourceId")), []).append(resource)

    def doors(self, function: Resource, *types: str) -> tuple[Resource, ...]:
        """The resources of the types, or of any, that name the function, an alias of it or an integration with it."""
        found = self._doors.get(function.logical_id, ())
        return tuple(one for one in found if not types or one.type in types)

    def preflights(self, method: Resource) -> tuple[Resource, ...]:
        """The methods that answer a browser's preflight for the same path."""
        path = references(method.property("ResourceId"))
        return tuple(self._preflights.get(path, ())) if path else ()

    def around(self, function: Resource) -> tuple[Resource, ...]:
        """Everything whose conditions decide how the function is called: its doors and what they name, and what its events
        name."""
        found: dict[str, Resource] = {}
        waiting = [*self.doors(function), *self._named(function.property("Events"))]
        while waiting:
            one = waiting.pop()
            if one.logical_id in found or one.type in FUNCTIONS:
                continue
            found[one.logical_id] = one
            if one.type.startswith("AWS::ApiGateway"):
                waiting += self._named(one.properties)
            if one.type == _METHOD:
                waiting += self.preflights(one)
        return tuple(found.values())

    def _named(self, node: JsonNode | None) -> list[Resource]:
        found = (self.template.resources.get(name) for name in references(node))
        return [one for one in found if one is not None]

    def _functions(self, node: JsonNode | None, hops: int) -> Iterator[str]:
        """The functions that a node names, straight or through what stands for them."""
        for resource in self._named(node) if hops < _HOPS else ():
            if resource.type in FUNCTIONS:
                yield resource.logical_id
            elif resource.type in _THROUGH:
                yield from self._functions(resource.properties, hops + 1)
