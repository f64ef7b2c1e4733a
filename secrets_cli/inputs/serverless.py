"""Policies of a serverless.yml (or .json) of the Serverless Framework, versions 1 to 4.

Found are the policies of the roles that the framework makes (`serverless_roles`), with what it adds by itself, and those
of the `resources` section, which is CloudFormation. Principals are `provider` for the role that functions share,
`function KEY` for a function's own, and as in a template for those of `resources`.
"""

import posixpath

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import JsonArray, JsonDocument, JsonNode, JsonObject, JsonString, Member, read_json
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import UNKNOWN, Found, PolicyAt, Supplied, Unresolved
from secrets_cli.inputs.joined_places import JoinedPlaces
from secrets_cli.inputs.made_nodes import document_of, standing_at
from secrets_cli.inputs.partial import partial_policy
from secrets_cli.inputs.serverless_roles import Part, PartKind, role_parts
from secrets_cli.inputs.serverless_service import Service
from secrets_cli.inputs.serverless_variables import Variables
from secrets_cli.inputs.yaml_text import YamlVersion, read_yaml


def read_serverless(text: str, name: str, supplied: Supplied) -> Found:
    """The policies of one service file. A name that ends in `.json` is read as JSON, any other as YAML.

    Raises MalformedInput where the file, or one that it includes, is no YAML or JSON or is no object, TooLarge past the
    limits of the readers and of `serverless_variables`. A policy that AWS would refuse is unresolved.
    """
    document = _document(text, name)
    if not isinstance(document.root, JsonObject):
        place = document.places.at(document.root.offset)
        raise MalformedInput(f"{place}: a service file is an object", help="write `service:`, `provider:`, ...")
    places = JoinedPlaces(text, name)
    variables = Variables(document, places, name, supplied)
    parts = role_parts(Service(variables), supplied.values)
    reader = _Reader(places, name, supplied)
    policies = tuple(one for part in parts for one in reader.policies(part))
    return Found(policies, tuple(dict.fromkeys((*variables.unresolved, *reader.unresolved))))


def _document(text: str, name: str) -> JsonDocument:
    if posixpath.splitext(name)[1].lower() == ".json":
        return read_json(text, name)
    return read_yaml(text, name, YamlVersion.V1_2)


class _Reader:
    """Parts of roles, made policies."""

    def __init__(self, places: JoinedPlaces, name: str, supplied: Supplied) -> None:
        self.places = places
        self.name = name
        self.supplied = supplied
        self.unresolved: list[Unresolved] = []

    def policies(self, part: Part) -> tuple[PolicyAt, ...]:
        match part.kind:
            case PartKind.STATEMENTS:
                return self.inline(part, PolicyKind.IDENTITY)
            case PartKind.TRUST:
                return self.inline(part, PolicyKind.TRUST)
            case PartKind.MANAGED:
                items = part.body.items if isinstance(part.body, JsonArray) else (part.body,)
                return tuple(one for item in items for one in self.managed(part, item, PolicyKind.IDENTITY))
            case PartKind.BOUNDARY:
                return self.managed(part, part.body, PolicyKind.BOUNDARY)

    def inline(self, part: Part, kind: PolicyKind) -> tuple[PolicyAt, ...]:
        body = self.known(part.body)
        if (isinstance(body, JsonString) and body.value == UNKNOWN) or (isinstance(body, JsonArray) and not body.items):
            return ()
        partial = partial_policy(document_of(body, self.places), self.name, kind)
        self.unresolved += partial.unresolved
        if partial.policy is None:
            return ()
        place = self.places.at(part.body.offset)
        return (PolicyAt(partial.policy, kind, place, part.principal, "serverless", part.attached_by),)

    def managed(self, part: Part, node: JsonNode, kind: PolicyKind) -> tuple[PolicyAt, ...]:
        arn = self.known(node)
        place = self.places.at(node.offset)
        if not isinstance(arn, JsonString) or UNKNOWN in arn.value:
            return ()
        policy = self.supplied.managed(arn.value)
        if policy is None:
            if kind is not PolicyKind.BOUNDARY:  # without a boundary the role is judged by the more that it may do
                self.unresolved.append(Unresolved(place, f"the managed policy `{arn.value}` is not known"))
            return ()
        attached_by = part.attached_by or f"managed {arn.value}"
        return (PolicyAt(standing_at(policy, place), kind, place, part.principal, "serverless", attached_by),)

    def known(self, node: JsonNode) -> JsonNode:
        """The node with the intrinsic functions of CloudFormation unknown."""
        match node:
            case JsonArray():
                return JsonArray(tuple(self.known(item) for item in node.items), node.offset)
            case JsonObject() if _is_intrinsic(node):
                name = node.members[0].key.value
                reason = f"`{name}` is known at deployment only"
                self.unresolved.append(Unresolved(self.places.at(node.offset), reason))
                return JsonString(UNKNOWN, node.offset)
            case JsonObject():
                members = (Member(one.key, self.known(one.value)) for one in node.members)
                return JsonObject(tuple(members), node.offset)
            case _:
                return node


def _is_intrinsic(node: JsonObject) -> bool:
    return len(node.members) == 1 and (
        node.members[0].key.value == "Ref" or node.members[0].key.value.startswith("Fn::")
    )
