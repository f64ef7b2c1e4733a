"""`terraform show -json`: the policies of a plan or a state, as Terraform will make them.

Everything that is known before apply is known here, so what the `.tf` files leave open is mostly closed. Places are those
of the JSON. What is known after apply only is unresolved; whose a policy is then follows from the configuration's
references.

Source: https://developer.hashicorp.com/terraform/internals/json-format
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import MAX_CHARACTERS, JsonArray, JsonBool, JsonNode, JsonObject, JsonString, read_json
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import Found, PolicyAt, Supplied, Unresolved
from secrets_cli.inputs.made_nodes import standing_at
from secrets_cli.inputs.terraform_carriers import ATTACHMENTS, CARRIERS, ORGANIZATION_KINDS, OWNER_TYPES
from secrets_cli.inputs.terraform_plan_lambdas import PlanView, functions_of_plan, parameters_of_plan
from secrets_cli.inputs.terraform_policy import ReadPolicies, policies_of
from secrets_cli.inputs.terraform_source import Sources
from secrets_cli.inputs.terraform_value import Piece, Text
from secrets_cli.inputs.unknown_endpoints import unknown_endpoints

SOURCE = "terraform-plan"
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")
_OWN_INDEX = re.compile(r"\[[^\]]*\]$")
_INDEX = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class _Planned:
    """One resource of the plan."""

    address: str
    type: str
    values: JsonObject
    offset: int


@dataclass(slots=True)
class _Plan:
    """The plan's parts, by address."""

    resources: list[_Planned] = field(default_factory=list)
    unknown: dict[str, JsonObject] = field(default_factory=dict)
    """`after_unknown` of each resource."""
    expressions: dict[str, JsonObject] = field(default_factory=dict)
    """What the configuration writes, by the address without instance keys."""


def read_terraform_plan(text: str, name: str, supplied: Supplied | None = None) -> Found:
    """The policies of the plan, or of the state, that the JSON tells.

    Raises MalformedInput where it is no JSON or no plan, TooLarge past the limits of the JSON reader.
    """
    root = read_json(text, name).root
    sources = Sources()
    sources.add(name, text, MAX_CHARACTERS)
    values = _child(root, "planned_values") or _child(root, "values")
    if values is None:
        raise MalformedInput(
            f"{sources.at(root.offset)}: neither `planned_values` nor `values` is there",
            help="give the output of `terraform show -json PLANFILE`",
        )
    plan = _Plan()
    plan.resources.extend(_resources(_child(values, "root_module")))
    for change in _items(root, "resource_changes"):
        after = _child(_child(change, "change"), "after_unknown")
        if isinstance(after, JsonObject):
            plan.unknown[_text(change, "address")] = after
    _configured(plan, _child(_child(root, "configuration"), "root_module"), "")
    return _Reader(plan, sources, text, supplied or Supplied()).found()


def _child(node: JsonNode | None, name: str) -> JsonNode | None:
    return node.get(name) if isinstance(node, JsonObject) else None


def _items(node: JsonNode | None, name: str) -> tuple[JsonNode, ...]:
    found = _child(node, name)
    return found.items if isinstance(found, JsonArray) else ()


def _text(node: JsonNode | None, name: str) -> str:
    found = _child(node, name)
    return found.value if isinstance(found, JsonString) else ""


def _resources(module: JsonNode | None) -> Iterator[_Planned]:
    for node in _items(module, "resources"):
        values = _child(node, "values")
        if isinstance(values, JsonObject) and _text(node, "mode") != "data":
            yield _Planned(_text(node, "address"), _text(node, "type"), values, node.offset)
    for child in _items(module, "child_modules"):
        yield from _resources(child)


def _configured(plan: _Plan, module: JsonNode | None, prefix: str) -> None:
    for node in _items(module, "resources"):
        expressions = _child(node, "expressions")
        if isinstance(expressions, JsonObject):
            plan.expressions[f"{prefix}{_text(node, 'address')}"] = expressions
    calls = _child(module, "module_calls")
    for member in calls.members if isinstance(calls, JsonObject) else ():
        _configured(plan, _child(member.value, "module"), f"{prefix}module.{member.key.value}.")


class _Reader:
    """Reads the resources of one plan."""

    __slots__ = (
        "_arns",
        "_attached",
        "_names",
        "_places",
        "_plan",
        "_policies",
        "_sources",
        "_supplied",
        "_text",
        "_unresolved",
    )

    def __init__(self, plan: _Plan, sources: Sources, text: str, supplied: Supplied) -> None:
        self._plan = plan
        self._sources = sources
        self._text = text
        self._supplied = supplied
        self._policies: list[PolicyAt] = []
        self._unresolved: dict[Unresolved, None] = {}
        self._attached: set[str] = set()
        self._names = {
            (one.type, _text(one.values, "name")): one for one in plan.resources if _text(one.values, "name")
        }
        self._places: dict[str, _Planned] = {}
        for one in plan.resources:
            self._places.setdefault(one.address, one)
            self._places.setdefault(_OWN_INDEX.sub("", one.address), one)
        self._arns = {_text(one.values, "arn"): one for one in plan.resources if _text(one.values, "arn")}

    def found(self) -> Found:
        for resource in self._plan.resources:
            self._attachment(resource)
        for resource in self._plan.resources:
            self._carried(resource)
        view = self._view()
        functions, parameters = functions_of_plan(view), parameters_of_plan(view)
        unresolved = (*self._unresolved, *unknown_endpoints(functions))
        return Found(tuple(self._policies), unresolved, functions, parameters)

    def _view(self) -> PlanView:
        by_address = {one.address: one for one in self._plan.resources}

        def referred(address: str, attribute: str, type: str) -> str:
            found = self._referred(by_address[address], attribute, type)
            return "" if found is None else found.address

        def owner(address: str) -> str:
            function = by_address[address]
            node = _child(function.values, "role")
            if isinstance(node, JsonString):
                known = self._arns.get(node.value)
                return f"role {known.address if known is not None else node.value.rpartition('/')[2]}"
            role = self._referred(function, "role", "aws_iam_role")
            return "" if role is None else f"role {role.address}"

        return PlanView(
            self._plan.resources,
            SOURCE,
            self._sources,
            referred,
            lambda address, name: self._is_unknown(by_address[address], name),
            owner,
            by_address,
        )

    def _carried(self, resource: _Planned) -> None:
        carrier = CARRIERS.get(resource.type)
        if carrier is None:
            return
        kind: PolicyKind | None = carrier.kind
        if resource.type == "aws_organizations_policy":
            kind = ORGANIZATION_KINDS.get(_text(resource.values, "type") or "SERVICE_CONTROL_POLICY")
        owner = f"role {resource.address}" if resource.type == "aws_iam_role" else ""
        if carrier.owner:
            owner = self._owner(resource, carrier.owner, _child(resource.values, carrier.owner))
        if kind is not None and resource.address not in self._attached:
            type = resource.type if kind is PolicyKind.RESOURCE else ""
            self._add(self._policy(resource, carrier.attribute, kind), kind, owner, carrier=type)
        if resource.type == "aws_iam_role":
            for block in _items(resource.values, "inline_policy"):
                self._add(self._string(_child(block, "policy"), PolicyKind.IDENTITY), PolicyKind.IDENTITY, owner)
        boundary = _child(resource.values, "permissions_boundary")
        if boundary is not None or self._is_unknown(resource, "permissions_boundary"):
            of = f"{resource.type.removeprefix('aws_iam_')} {resource.address}"
            self._named(resource, "permissions_boundary", boundary, PolicyKind.BOUNDARY, (of,))

    def _attachment(self, resource: _Planned) -> None:
        attachment = ATTACHMENTS.get(resource.type)
        if attachment is None:
            return
        owners = [f"role {resource.address}"] if not attachment.owners else []
        for name in attachment.owners:
            node = _child(resource.values, name)
            nodes = node.items if isinstance(node, JsonArray) else (node,)
            if node is not None or self._is_unknown(resource, name):
                owners.extend(self._owner(resource, name, one) for one in nodes)
        node = _child(resource.values, attachment.policy)
        if not isinstance(node, JsonArray):
            if node is not None or self._is_unknown(resource, attachment.policy):
                self._named(resource, attachment.policy, node, PolicyKind.IDENTITY, tuple(owners))
            return
        for one in node.items:
            self._named(resource, attachment.policy, one, PolicyKind.IDENTITY, tuple(owners))

    def _named(
        self, resource: _Planned, attribute: str, node: JsonNode | None, kind: PolicyKind, owners: tuple[str, ...]
    ) -> None:
        """The policy that the attribute names by ARN, for each owner."""
        own: _Planned | None = None
        if isinstance(node, JsonString):
            own = self._arns.get(node.value)
            if own is None:
                self._managed(node, kind, owners)
                return
        elif self._is_unknown(resource, attribute):
            own = self._referred(resource, attribute, "aws_iam_policy")
            if own is None:
                self._lost(resource.offset, f"`{resource.address}.{attribute}` is known after apply only")
        if own is None:
            return
        if kind is PolicyKind.IDENTITY:
            self._attached.add(own.address)
        for owner in owners or ("",):
            self._add(self._policy(own, "policy", kind), kind, owner, own.address)

    def _managed(self, node: JsonString, kind: PolicyKind, owners: tuple[str, ...]) -> None:
        policy = self._supplied.managed(node.value)
        if policy is None:
            self._lost(node.offset, f"what `{node.value}` grants is not known")
            return
        for owner in owners or ("",):
            place = self._sources.at(node.offset)
            self._policies.append(
                PolicyAt(standing_at(policy, place), kind, place, owner, SOURCE, f"managed {node.value}")
            )

    def _policy(self, resource: _Planned, attribute: str, kind: PolicyKind) -> ReadPolicies:
        node = _child(resource.values, attribute)
        if not isinstance(node, JsonString) and self._is_unknown(resource, attribute):
            reason = f"`{resource.address}.{attribute}` is known after apply only"
            return ReadPolicies(unresolved=(Unresolved(self._sources.at(resource.offset), reason),))
        return self._string(node, kind)

    def _string(self, node: JsonNode | None, kind: PolicyKind) -> ReadPolicies:
        """The policy that the JSON string holds."""
        if not isinstance(node, JsonString):
            return ReadPolicies()
        text = Text(node.value, node.offset, _pieces(self._text, node))
        return policies_of(text, kind, self._sources)

    def _is_unknown(self, resource: _Planned, attribute: str) -> bool:
        node = _child(self._plan.unknown.get(resource.address), attribute)
        return isinstance(node, JsonBool) and node.value

    def _owner(self, resource: _Planned, name: str, node: JsonNode | None) -> str:
        kind = OWNER_TYPES[name]
        type = f"aws_iam_{kind}"
        if isinstance(node, JsonString):
            known = self._names.get((type, node.value))
            return f"{kind} {known.address if known is not None else node.value}"
        referred = self._referred(resource, name, type)
        return f"{kind} {referred.address if referred is not None else resource.address}"

    def _referred(self, resource: _Planned, attribute: str, type: str) -> _Planned | None:
        """The resource of that type which the configuration refers to there, in the same module."""
        written = self._plan.expressions.get(_INDEX.sub("", resource.address))
        references = _items(_child(written, attribute), "references")
        instance = resource.address.rpartition(f"{resource.type}.")[0]
        for reference in references:
            if isinstance(reference, JsonString) and reference.value.startswith(f"{type}."):
                wanted = instance + ".".join(_INDEX.sub("", reference.value).split(".")[:2])
                if wanted in self._places:
                    return self._places[wanted]
        return None

    def _add(
        self, read: ReadPolicies, kind: PolicyKind, principal: str, attached_by: str = "", carrier: str = ""
    ) -> None:
        for one in read.policies:
            self._policies.append(
                PolicyAt(one.policy, kind, one.location, principal, SOURCE, attached_by, carrier=carrier)
            )
        for lost in read.unresolved:
            self._unresolved.setdefault(lost)

    def _lost(self, offset: int, reason: str) -> None:
        self._unresolved.setdefault(Unresolved(self._sources.at(offset), reason))


def _pieces(text: str, node: JsonString) -> tuple[Piece, ...]:
    """Where the characters of a JSON string stand, its escapes taken into account."""
    pieces = [Piece(0, node.offset + 1, True)]
    position, length = node.offset + 1, 0
    while length < len(node.value):
        escape = text.find("\\", position)
        if escape == -1 or escape - position >= len(node.value) - length:
            break
        match = _ESCAPE.match(text, escape)
        length += escape - position
        if match is None:
            break
        pieces.append(Piece(length, escape, False))
        length += 1
        position = match.end()
        pieces.append(Piece(length, position, True))
    return tuple(pieces)
