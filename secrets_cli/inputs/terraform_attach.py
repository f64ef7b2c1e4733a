"""The policies of a configuration's resources, each with whose it is.

An attached policy is joined to the role, user or group by reference, or by the name where that is known. A policy
document that no policy is made of is found too, by itself.
"""

from collections.abc import Iterator

from secrets_cli.iam.location import Location
from secrets_cli.iam.model import Policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import UNKNOWN, Found, PolicyAt, Unresolved
from secrets_cli.inputs.made_nodes import standing_at
from secrets_cli.inputs.terraform_attribute import attribute_of, name_of, uninstantiated
from secrets_cli.inputs.terraform_blocks import elements_of, instances_of
from secrets_cli.inputs.terraform_carriers import ATTACHMENTS, CARRIERS, ORGANIZATION_KINDS, OWNER_TYPES, Carrier
from secrets_cli.inputs.terraform_evaluate import Evaluator
from secrets_cli.inputs.terraform_functions import items_of
from secrets_cli.inputs.terraform_lambda import permission_document
from secrets_cli.inputs.terraform_lambdas import functions_of, parameters_of
from secrets_cli.inputs.terraform_module import Module, Resource, Scope
from secrets_cli.inputs.terraform_policy import ReadPolicies, listed, policies_of
from secrets_cli.inputs.terraform_syntax import Access, Expression, Sequence
from secrets_cli.inputs.terraform_value import Cause, Text, Value, causes_of, scalar_text, unknown
from secrets_cli.inputs.unknown_endpoints import unknown_endpoints

SOURCE = "terraform"


class Collector:
    """Gathers what the modules hold."""

    __slots__ = (
        "_arns",
        "_attached",
        "_evaluator",
        "_known",
        "_modules",
        "_names",
        "_seen",
        "lost",
        "policies",
        "unresolved",
    )

    def __init__(self, evaluator: Evaluator, modules: tuple[Module, ...]) -> None:
        self._evaluator = evaluator
        self._modules = modules
        self.policies: list[PolicyAt] = []
        self.unresolved: dict[Unresolved, None] = {}
        self.lost: dict[str, dict[Unresolved, None]] = {}
        """What is unresolved of the identity policies of a principal, by principal."""
        self._seen: set[Location | None] = set()
        self._attached: set[int] = set()
        self._names: dict[tuple[str, str], Resource] = {}
        self._arns: dict[str, Resource] = {}
        self._known: dict[tuple[int, PolicyKind], tuple[Value, ReadPolicies]] = {}

    def found(self) -> Found:
        """Everything, in the order of the files."""
        self._index()
        for module in self._modules:
            for resource in module.managed():
                for scope in self._instances(resource):
                    self._attachments(resource, scope)
        for module in self._modules:
            for resource in module.managed():
                for scope in self._instances(resource):
                    self._carried(resource, scope)
        documents = [one for module in self._modules for one in module.data() if one.type == "aws_iam_policy_document"]
        for resource in documents:
            self._document(resource)
        for resource in documents:
            self._alone(resource)
        policies = tuple(dict.fromkeys(self.policies))
        functions = functions_of(self._evaluator, self._modules, self._owner)
        unresolved = (*self.unresolved, *unknown_endpoints(functions))
        return Found(policies, unresolved, functions, parameters_of(self._evaluator, self._modules))

    def _index(self) -> None:
        for module in self._modules:
            for resource in module.managed():
                kind = resource.type.removeprefix("aws_iam_")
                if kind in ("role", "user", "group", "policy"):
                    name = name_of(self._evaluator, resource, resource.block.offset).value
                    if UNKNOWN not in name:
                        self._names.setdefault((kind, name), resource)
                if kind == "policy":
                    arn = scalar_text(attribute_of(self._evaluator, resource, "arn", resource.block.offset))
                    if arn is not None and not arn.value.endswith(UNKNOWN):
                        self._arns.setdefault(arn.value, resource)

    def _instances(self, resource: Resource) -> Iterator[Scope]:
        """The scopes of a resource's instances; one where their number is not known."""
        for_each = resource.block.body.attribute("for_each")
        scope = uninstantiated(resource)
        if for_each is None:
            yield scope
            return
        value = self._evaluator.evaluate(for_each.value, Scope(resource.module))
        for element, _ in elements_of(value, for_each.offset):
            yield scope.with_names(each=element)

    # What carries policies

    def _carried(self, resource: Resource, scope: Scope) -> None:
        if resource.type == "aws_lambda_permission":
            value = permission_document(self._evaluator, resource, scope)
            self._add(self._read(value, PolicyKind.RESOURCE), PolicyKind.RESOURCE, "", carrier=resource.type)
            return
        carrier = CARRIERS.get(resource.type)
        if carrier is None:
            return
        kind = self._kind(resource, scope, carrier)
        written = resource.block.body.attribute(carrier.attribute)
        if written is not None and kind is not None and id(resource) not in self._attached:
            value = self._evaluator.evaluate(written.value, scope)
            type = resource.type if kind is PolicyKind.RESOURCE else ""
            self._add(self._read(value, kind), kind, self._principal(resource, scope, carrier), carrier=type)
        if resource.type == "aws_iam_role":
            self._inline(resource, scope)
        self._boundary(resource, scope)

    def _kind(self, resource: Resource, scope: Scope, carrier: Carrier) -> PolicyKind | None:
        if resource.type != "aws_organizations_policy":
            return carrier.kind
        written = resource.block.body.attribute("type")
        if written is None:
            return PolicyKind.SCP
        text = scalar_text(self._evaluator.evaluate(written.value, scope))
        if text is None or UNKNOWN in text.value:
            return PolicyKind.SCP
        return ORGANIZATION_KINDS.get(text.value)

    def _principal(self, resource: Resource, scope: Scope, carrier: Carrier) -> str:
        if carrier.owner:
            owners = self._owners(resource, carrier.owner, scope)
            return owners[0] if owners else ""
        return f"role {resource.address}" if resource.type == "aws_iam_role" else ""

    def _inline(self, resource: Resource, scope: Scope) -> None:
        for instance in instances_of(self._evaluator, resource.block.body, "inline_policy", scope):
            self._lost(instance.causes, (f"role {resource.address}",))
            written = instance.block.body.attribute("policy")
            if written is not None:
                value = self._evaluator.evaluate(written.value, instance.scope)
                read = self._read(value, PolicyKind.IDENTITY)
                self._add(read, PolicyKind.IDENTITY, f"role {resource.address}")

    def _boundary(self, resource: Resource, scope: Scope) -> None:
        written = resource.block.body.attribute("permissions_boundary")
        kind = resource.type.removeprefix("aws_iam_")
        if written is None or kind not in ("role", "user"):
            return
        self._named_policy(written.value, scope, PolicyKind.BOUNDARY, (f"{kind} {resource.address}",), "boundary ")

    # Attachments

    def _attachments(self, resource: Resource, scope: Scope) -> None:
        attachment = ATTACHMENTS.get(resource.type)
        written = resource.block.body.attribute(attachment.policy) if attachment is not None else None
        if attachment is None or written is None:
            return
        if attachment.owners:
            owners = [owner for name in attachment.owners for owner in self._owners(resource, name, scope)]
        else:
            owners = [f"role {resource.address}"]
        expressions = written.value.items if isinstance(written.value, Sequence) else (written.value,)
        for expression in expressions:
            self._named_policy(expression, scope, PolicyKind.IDENTITY, tuple(owners), "")

    def _named_policy(
        self, expression: Expression, scope: Scope, kind: PolicyKind, owners: tuple[str, ...], label: str
    ) -> None:
        """The policies that an expression names by ARN, for each owner."""
        value = self._evaluator.evaluate(expression, scope)
        for item in items_of(value) or (value,):
            text = scalar_text(item)
            if text is None:
                causes = causes_of(item) or unknown(expression.offset, "the policy's ARN is not known").causes
                self._lost(causes, owners if kind is PolicyKind.IDENTITY else ())
            elif (own := self.policy_of(text)) is not None:
                self._own_policy(own, kind, owners)
            else:
                self._managed(text, kind, owners, label)

    def _own_policy(self, resource: Resource, kind: PolicyKind, owners: tuple[str, ...]) -> None:
        written = resource.block.body.attribute("policy")
        if written is None:
            return
        for scope in self._instances(resource):
            read = self._read(self._evaluator.evaluate(written.value, scope), kind)
            for owner in owners or ("",):
                self._add(read, kind, owner, resource.address)
        if kind is PolicyKind.IDENTITY:
            self._attached.add(id(resource))

    def _managed(self, text: Text, kind: PolicyKind, owners: tuple[str, ...], label: str) -> None:
        location = self._evaluator.sources.at(text.offset)
        policy = None
        if UNKNOWN not in text.value:
            policy = self._evaluator.supplied.managed(text.value)
        if policy is None:
            granted = owners if kind is PolicyKind.IDENTITY else ()
            self._lost(text.causes, granted)
            if UNKNOWN not in text.value:
                self._unresolved(Unresolved(location, f"what `{text.value}` grants is not known"), granted)
            return
        for owner in owners or ("",):
            self._put(standing_at(policy, location), kind, location, owner, f"{label}managed {text.value}")

    # Whose

    def owners_of(self, resource: Resource, attribute: str) -> tuple[str, ...]:
        """Whose the policies become that the resource grants or attaches, by the attribute that says it: `role ADDRESS`."""
        return tuple(self._owners(resource, attribute, uninstantiated(resource)))

    def instances_of(self, resource: Resource) -> Iterator[Scope]:
        """The scopes of a resource's instances; one where their number is not known."""
        return self._instances(resource)

    def policy_of(self, arn: Text) -> Resource | None:
        """The `aws_iam_policy` whose ARN it is."""
        return arn.origin or self._arns.get(arn.value)

    def _owners(self, resource: Resource, name: str, scope: Scope) -> list[str]:
        """Whose the policies become that the resource attaches, as the attribute of that name tells."""
        written = resource.block.body.attribute(name)
        if written is None:
            return []
        kind = OWNER_TYPES[name]
        expressions = written.value.items if isinstance(written.value, Sequence) else (written.value,)
        return [self._owner(expression, scope, kind) for expression in expressions]

    def _owner(self, expression: Expression, scope: Scope, kind: str) -> str:
        text = scalar_text(self._evaluator.evaluate(expression, scope))
        if text is not None and text.origin is not None:
            return f"{kind} {text.origin.address}"
        if text is None or UNKNOWN in text.value:
            if isinstance(expression, Access):
                return f"{kind} {self._evaluator.sources.slice(expression.offset, expression.end)}"
            return f"{kind} {UNKNOWN}"
        known = self._names.get((kind, text.value))
        return f"{kind} {known.address if known is not None else text.value}"

    # Documents by themselves

    def _alone(self, resource: Resource) -> None:
        kind = self._kind_alone(resource)
        read = self._read(self._document(resource), kind)
        places = {statement.location for one in read.policies for statement in one.policy.statements}
        if not places & self._seen and resource.block.offset not in self._evaluator.merged:
            self._add(read, kind, "")

    def _document(self, resource: Resource) -> Value:
        return attribute_of(self._evaluator, resource, "json", resource.block.offset)

    def _kind_alone(self, resource: Resource) -> PolicyKind:
        body = resource.block.body
        statements = [block for block in body.blocks if "statement" in (block.type, *block.labels)]
        bodies = [next(block.body.blocks_of("content"), block).body for block in statements]
        named = any(
            "rincipals" in kind for one in bodies for block in one.blocks for kind in (block.type, *block.labels)
        )
        if not named:
            return PolicyKind.IDENTITY
        about = any(one.attribute(name) is not None for one in bodies for name in ("resources", "not_resources"))
        return PolicyKind.RESOURCE if about else PolicyKind.TRUST

    # Results

    def _read(self, value: Value, kind: PolicyKind) -> ReadPolicies:
        """The policies of a value, which many resources may share, read once."""
        known = self._known.get((id(value), kind))
        if known is None:
            known = self._known[id(value), kind] = (value, policies_of(value, kind, self._evaluator.sources))
        return known[1]

    def _add(
        self, read: ReadPolicies, kind: PolicyKind, principal: str, attached_by: str = "", carrier: str = ""
    ) -> None:
        for one in read.policies:
            self._put(one.policy, kind, one.location, principal, attached_by, carrier)
        for lost in read.unresolved:
            self._unresolved(lost, (principal,) if kind is PolicyKind.IDENTITY else ())

    def _put(
        self, policy: Policy, kind: PolicyKind, location: Location, principal: str, attached_by: str, carrier: str = ""
    ) -> None:
        self._seen.update(statement.location for statement in policy.statements)
        self.policies.append(PolicyAt(policy, kind, location, principal, SOURCE, attached_by, carrier=carrier))

    def _lost(self, causes: tuple[Cause, ...], owners: tuple[str, ...] = ()) -> None:
        for one in listed(causes, self._evaluator.sources):
            self._unresolved(one, owners)

    def _unresolved(self, one: Unresolved, owners: tuple[str, ...] = ()) -> None:
        self.unresolved.setdefault(one)
        for owner in owners:
            self.lost.setdefault(owner, {}).setdefault(one)
