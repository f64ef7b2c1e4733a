"""CloudFormation and SAM templates to policies.

Each document is resolved in every world in which its conditions can come out (`conditions`), so a policy under
`Fn::If` is given once per branch, with the conditions in `PolicyAt.where`; worlds that give the same policy are one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import JsonArray, JsonDocument, JsonNode, JsonObject, JsonString, read_json
from secrets_cli.iam.location import Location
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.cloudformation.conditions import MAX_WORLDS, Conditions
from secrets_cli.inputs.cloudformation.documents import attached_to, parts_of, under_of
from secrets_cli.inputs.cloudformation.functions import functions_of_template
from secrets_cli.inputs.cloudformation.intrinsics import Resolver, World, conditions_in
from secrets_cli.inputs.cloudformation.leads import Leads
from secrets_cli.inputs.cloudformation.parameters import parameters_of_template
from secrets_cli.inputs.cloudformation.resource_names import MADE_ELSEWHERE
from secrets_cli.inputs.cloudformation.sam import sam_parts_of
from secrets_cli.inputs.cloudformation.template import Resource, Template, function_of, open_template, text_of
from secrets_cli.inputs.cloudformation.written import Managed, Part, Under, Unreadable, Written, items_of, moved
from secrets_cli.inputs.document_text import read_document
from secrets_cli.inputs.found import UNKNOWN, Found, PolicyAt, Supplied, Unresolved
from secrets_cli.inputs.made_nodes import standing_at
from secrets_cli.inputs.partial import partial_policy
from secrets_cli.inputs.unknown_endpoints import unknown_endpoints

_MANAGED_POLICY: Final = "AWS::IAM::ManagedPolicy"
_AWS_PATHS: Final = ("", "service-role/", "job-function/", "aws-service-role/")


def read_cloudformation(text: str, name: str, supplied: Supplied) -> Found:
    """The policies of a template in JSON or YAML.

    Raises MalformedInput where the text is neither, or its resources are none, and TooLarge past a stated limit. A single
    policy that AWS would refuse is unresolved.
    """
    return policies_of_template(read_document(text, name), name, supplied)


def policies_of_template(document: JsonDocument, name: str, supplied: Supplied) -> Found:
    """The same for a document that was read already: a template, or the part of another file that holds `Resources`."""
    template = open_template(document, name)
    reading = _Reading(template, supplied, Conditions(template, supplied.values))
    reading.unresolved += template.unresolved
    for resource in template.resources.values():
        reading.carrier = resource.type
        for part in (*parts_of(resource, template), *sam_parts_of(resource, template)):
            reading.add(part)
        if resource.type in MADE_ELSEWHERE and resource.type != "AWS::CloudFormation::CustomResource":
            reading.note(
                resource.key.offset, f"the template that `{resource.logical_id}` nests is not read with this one"
            )
    for resource in template.resources.values():
        if resource.type == _MANAGED_POLICY:
            reading.managed_policy(resource)
    leads = Leads(template)
    functions = functions_of_template(template, supplied.values, reading.conditions, leads)
    parameters = parameters_of_template(template, supplied.values, reading.conditions, leads)
    unresolved = dict.fromkeys((*reading.unresolved, *unknown_endpoints(functions)))
    return Found(tuple(reading.policies), tuple(unresolved), functions, parameters)


@dataclass(slots=True)
class _Reading:
    """What was found so far."""

    template: Template
    supplied: Supplied
    conditions: Conditions
    policies: list[PolicyAt] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)
    attached: set[str] = field(default_factory=set)
    """Managed policies of the template that a principal names."""
    carrier: str = ""
    """The type of the resource whose parts are read."""

    def add(self, part: Part) -> None:
        match part:
            case Written():
                self.written(part)
            case Managed():
                self.managed(part)
            case Unreadable(offset, reason):
                self.note(offset, reason)

    def note(self, offset: int, reason: str) -> None:
        self.unresolved.append(Unresolved(self.place(offset), reason))

    def place(self, offset: int) -> Location:
        return self.template.places.at(offset)

    def source(self) -> str:
        return "sam" if self.template.is_sam else "cloudformation"

    def managed_policy(self, resource: Resource) -> None:
        """A managed policy of the template, for those it is attached to by its own properties."""
        principals = list(attached_to(resource, self.template, under_of(resource)))
        if [principal for principal, _ in principals] == [""] and resource.logical_id in self.attached:
            return
        for principal, under in principals:
            for node, inner in items_of(resource.property("PolicyDocument"), under):
                self.written(Written(node, PolicyKind.IDENTITY, principal, inner))

    def written(self, part: Written) -> None:
        """One document in each of its worlds."""
        given: list[tuple[JsonNode, World]] = []
        for world in self.worlds([part.node], part.under):
            resolver = Resolver(self.template, self.supplied.values, world)
            node = resolver.value(part.node)
            self.unresolved += resolver.unresolved
            if node is not None and all(node != other for other, _ in given):
                given.append((node, world))
        for node, world in given:
            self.document(node, part, self.where(part, world, is_one=len(given) == 1))

    def document(self, node: JsonNode, part: Written, where: str) -> None:
        place = self.place(part.node.offset if part.offset is None else part.offset)
        try:
            node = _from_text(node, self.template.name)
        except MalformedInput as error:
            self.unresolved.append(Unresolved(place, f"the policy in this text cannot be read: {error.message}"))
            return
        partial = partial_policy(JsonDocument(node, self.template.places), self.template.name, part.kind)
        self.unresolved += partial.unresolved
        if partial.policy is not None:
            carrier = self.carrier if part.kind is PolicyKind.RESOURCE else ""
            self.policies.append(
                PolicyAt(
                    partial.policy, part.kind, place, part.principal, self.source(), part.attached_by, where, carrier
                )
            )

    def worlds(self, nodes: Iterable[JsonNode], under: Under) -> Iterator[World]:
        """Those in which the conditions hold that the document stands under."""
        names = conditions_in(nodes) | {name for name, _ in under}
        found = self.conditions.worlds(names)
        if not found.is_all:
            offset = next((one.offset for one in nodes), 0)
            self.note(offset, f"its conditions can come out in more ways than the {MAX_WORLDS} that were judged")
        for world in found.worlds:
            if all(world.holds.get(name, expected) is expected for name, expected in under):
                yield world

    def where(self, part: Written, world: World, *, is_one: bool) -> str:
        names = dict(part.under)
        if not is_one:
            names |= {name: world.holds[name] for name in sorted(conditions_in([part.node])) if name in world.holds}
        return " and ".join(name if holds else f"not {name}" for name, holds in names.items())

    def managed(self, part: Managed) -> None:
        called = function_of(part.node)
        target = text_of(called[1]) if called is not None and called[0] == "Ref" else None
        resource = self.template.resources.get(target or "")
        if resource is not None and resource.type == _MANAGED_POLICY:
            self.own_managed(resource, part)
            return
        texts: dict[str, None] = {}
        for world in self.worlds([part.node], part.under):
            resolver = Resolver(self.template, self.supplied.values, world)
            value = resolver.value(part.node)
            self.unresolved += resolver.unresolved
            items = value.items if isinstance(value, JsonArray) else () if value is None else (value,)
            texts |= dict.fromkeys(text_of(item) or UNKNOWN for item in items)
        for text in texts:
            self.by_arn(text, part)

    def own_managed(self, resource: Resource, part: Managed) -> None:
        self.attached.add(resource.logical_id)
        own = [principal for principal, _ in attached_to(resource, self.template, ())]
        if part.principal in own and part.kind is PolicyKind.IDENTITY:
            return  # given with the policy itself
        for node, inner in items_of(resource.property("PolicyDocument"), (*part.under, *under_of(resource))):
            attached_by = f"managed policy {resource.logical_id}"
            self.written(Written(node, part.kind, part.principal, inner, attached_by))

    def by_arn(self, text: str, part: Managed) -> None:
        if text == UNKNOWN:
            return  # the resolver has listed it
        arns = (
            [text]
            if text.startswith("arn:") or not part.is_name
            else [f"arn:aws:iam::aws:policy/{path}{text}" for path in _AWS_PATHS]
        )
        for arn in arns:
            fields = arn.split(":", 2)
            policy = self.supplied.managed(
                f"arn:aws:{fields[2]}" if len(fields) == len(("arn", "partition", "rest")) else arn
            )
            if policy is not None:
                where = " and ".join(name if holds else f"not {name}" for name, holds in dict(part.under).items())
                place = self.place(part.node.offset)
                policy = standing_at(policy, place)
                self.policies.append(
                    PolicyAt(policy, part.kind, place, part.principal, self.source(), f"managed {arn}", where)
                )
                return
        shown = text.replace(UNKNOWN, "...")
        reason = "is not known here" if "::aws:policy/" in arns[0] else "is not in this file"
        self.note(part.node.offset, f"the managed policy `{shown}` {reason}")


def _from_text(node: JsonNode, name: str) -> JsonNode:
    """The document of a property that takes it as JSON text; all of it stands where the text stands."""
    if not isinstance(node, JsonString) or node.value == UNKNOWN:
        return node
    inner = read_json(node.value, name).root
    return moved(inner, node.offset) if isinstance(inner, JsonObject) else node
