"""One deployment of a Terraform configuration: its Lambda functions and the roles that they run with.

What a role is granted is what the configuration's resources grant it; what a module that is not at hand may add to a role that
it is told of is not known. A role of a data source is made elsewhere.

Sources: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function, .../iam_role,
https://registry.terraform.io/providers/hashicorp/aws/latest/docs (`allowed_account_ids`, `assume_role`)
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from secrets_cli.iam.location import Location
from secrets_cli.inputs.found import UNKNOWN, Found, FunctionAt, PolicyAt, Supplied, Unresolved
from secrets_cli.inputs.project import (
    Framework,
    Named,
    ProjectFunction,
    ProjectRole,
    ProjectStage,
    identity_policies,
    named,
)
from secrets_cli.inputs.terraform import Configuration, Folder
from secrets_cli.inputs.terraform_attach import Collector
from secrets_cli.inputs.terraform_attribute import ACCOUNT, REGION, attribute_of, name_of, region, uninstantiated
from secrets_cli.inputs.terraform_blocks import instances_of
from secrets_cli.inputs.terraform_function_settings import event_settings, function_settings
from secrets_cli.inputs.terraform_module import Module, Resource, Scope
from secrets_cli.inputs.terraform_references import References
from secrets_cli.inputs.terraform_value import ListValue, Text, scalar_text

_NO_STACK: Final = Named("", "Terraform has no stacks")
_NOT_KNOWN: Final = "a value in it is known at deployment only"
_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_NAMELESS: Final = re.compile(r"(?:var|local|data|module|each|aws_\w+)\.")
"""How an expression begins that stands for a principal whose name is not known."""


@dataclass(frozen=True, slots=True)
class TerraformReading:
    """A configuration that was read."""

    configuration: Configuration
    collector: Collector
    modules: tuple[Module, ...]
    found: Found


def read_configuration(files: Mapping[str, str], supplied: Supplied, folder: Folder) -> TerraformReading:
    """The configuration, its account and region from the default provider's block where that says them. Raises as
    `read_terraform`."""
    told = {**supplied.values, **_of_provider(Configuration(files, supplied, folder))}
    configuration = Configuration(files, Supplied(told, supplied.read, supplied.managed), folder)
    modules = configuration.modules()
    collector = Collector(configuration.evaluator, modules)
    found = collector.found()
    return TerraformReading(configuration, collector, modules, found)


def terraform_project(reading: TerraformReading, name: str, stage: str) -> ProjectStage:
    """The deployment that the configuration describes; `name` is what reports call it, `stage` that of its values."""
    making = _Making(reading)
    functions = tuple(making.function(one) for one in reading.found.functions)
    evaluator = reading.configuration.evaluator
    return ProjectStage(
        Framework.TERRAFORM,
        name,
        stage,
        named(region(evaluator, reading.configuration.root, 0).value, "no default provider of the files says it"),
        _NO_STACK,
        functions,
        tuple(making.role(one) for one in dict.fromkeys(one.principal for one in functions) if one),
        unread=tuple(reading.configuration.unresolved),
    )


def _of_provider(configuration: Configuration) -> Mapping[str, str]:
    """The account and the region of the default provider, as far as its block says them."""
    evaluator, root = configuration.evaluator, configuration.root
    found: dict[str, str] = {}
    for block in root.providers:
        if block.labels != ("aws",) or block.body.attribute("alias") is not None:
            continue
        written = block.body.attribute("region")
        text = None if written is None else scalar_text(evaluator.evaluate(written.value, Scope(root)))
        if text is not None and UNKNOWN not in text.value:
            found[REGION] = text.value
        allowed = block.body.attribute("allowed_account_ids")
        value = None if allowed is None else evaluator.evaluate(allowed.value, Scope(root))
        ids = value.items if isinstance(value, ListValue) else ()
        account = scalar_text(ids[0]) if len(ids) == 1 else None
        for one in instances_of(evaluator, block.body, "assume_role", Scope(root)):
            role = one.block.body.attribute("role_arn")
            arn = None if role is None else scalar_text(evaluator.evaluate(role.value, one.scope))
            if arn is not None and arn.value.count(":") >= 5:
                account = Text(arn.value.split(":")[4], arn.offset)
        if account is not None and _ACCOUNT.fullmatch(account.value):
            found[ACCOUNT] = account.value
    return found


class _Making:
    """The functions and roles of one reading."""

    def __init__(self, reading: TerraformReading) -> None:
        self.reading = reading
        self.evaluator = reading.configuration.evaluator
        self.resources = {one.address: one for module in reading.modules for one in module.resources.values()}
        self.references = References(reading.modules)

    def function(self, function: FunctionAt) -> ProjectFunction:
        resource = self.resources[function.name]
        name = self.name(resource)
        group = self.log_group(resource)
        usual = Named(f"/aws/lambda/{name.text}" if name.text else "", name.why)
        return ProjectFunction(
            function.name,
            function.location,
            name,
            named(group, _NOT_KNOWN) if group else usual,
            "" if UNKNOWN in function.principal else function.principal,
            settings=function_settings(self.evaluator, resource),
            events=tuple(event_settings(self.evaluator, self.references, self.reading.modules, resource)),
        )

    def log_group(self, resource: Resource) -> str:
        for block in instances_of(self.evaluator, resource.block.body, "logging_config", uninstantiated(resource)):
            written = block.block.body.attribute("log_group")
            text = None if written is None else scalar_text(self.evaluator.evaluate(written.value, block.scope))
            if text is not None:
                return text.value
        return ""

    def name(self, resource: Resource) -> Named:
        text = name_of(self.evaluator, resource, resource.block.offset)
        return named(text.value, text.causes[0].reason if text.causes else _NOT_KNOWN)

    def role(self, principal: str) -> ProjectRole:
        policies = identity_policies(self.reading.found, principal)
        key = principal.partition(" ")[2]
        resource = self.resources.get(key)
        if resource is None or not resource.managed:
            return ProjectRole(principal, self.elsewhere(key), policies, is_made=False)
        arn = scalar_text(attribute_of(self.evaluator, resource, "arn", resource.block.offset))
        return ProjectRole(
            principal,
            self.name(resource),
            policies,
            arn="" if arn is None or UNKNOWN in arn.value else arn.value,
            unresolved=tuple(dict.fromkeys(self.unresolved(principal, resource))),
        )

    def elsewhere(self, key: str) -> Named:
        """The name of a role that the configuration does not make: given as text, or of a data source that names it."""
        if _NAMELESS.match(key) is None:
            return named(key, _NOT_KNOWN)
        source = next((one for address, one in self.resources.items() if key.startswith(f"{address}.")), None)
        written = None if source is None else source.block.body.attribute("name")
        if source is None or written is None:
            return Named("", f"`{key}` is known at deployment only")
        text = scalar_text(self.evaluator.evaluate(written.value, uninstantiated(source)))
        return named("" if text is None else text.value, _NOT_KNOWN)

    def unresolved(self, principal: str, role: Resource) -> Iterator[Unresolved]:
        """What may grant the role more than is listed."""
        yield from self.reading.collector.lost.get(principal, ())
        for owner, lost in self.reading.collector.lost.items():
            if self.is_nameless(owner):
                yield from lost
        for policy in self.reading.found.policies:
            if self.is_nameless(policy.principal):
                yield _whose(policy)
        for module in self.reading.modules:
            for call in module.calls:
                if self.reading.configuration.child(module, call) is None and self.is_told(module, call, role):
                    place = self.evaluator.sources.at(module.calls[call].offset)
                    yield Unresolved(place, f"module `{call}` is told of the role, and what it attaches is not known")

    def is_nameless(self, principal: str) -> bool:
        """Whether it stands for a role that the files do not name, and so for any."""
        kind, _, key = principal.partition(" ")
        return kind == "role" and key not in self.resources and (UNKNOWN in key or _NAMELESS.match(key) is not None)

    def is_told(self, module: Module, call: str, role: Resource) -> bool:
        """Whether a module gets the role's name or ARN."""
        name = self.name(role)
        for attribute in module.calls[call].body.attributes:
            if any(one is role for one in self.references.all(attribute.value, module)):
                return True
            text = scalar_text(self.evaluator.evaluate(attribute.value, Scope(module)))
            if text is not None and name.is_exact and text.value.rpartition("/")[2] == name.text:
                return True
        return False


def _whose(policy: PolicyAt) -> Unresolved:
    place: Location = policy.location
    return Unresolved(place, f"whose policy this is, is not known: `{policy.principal.partition(' ')[2]}`")
