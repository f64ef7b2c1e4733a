"""One deployment of a SAM or CloudFormation template: its functions and their roles.

CloudFormation makes up the end of a name that the template does not give: `<stack>-<logical id>-<12 or more characters>`. Where
that would be longer than the name may be it also cuts the beginning, in a way that is not documented: nothing is known then.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html;
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from secrets_cli.inputs.cloudformation.conditions import Conditions
from secrets_cli.inputs.cloudformation.intrinsics import World, conditions_in
from secrets_cli.inputs.cloudformation.leads import FUNCTIONS, Leads
from secrets_cli.inputs.cloudformation.read import policies_of_template
from secrets_cli.inputs.cloudformation.template import Resource, Template, at, open_template
from secrets_cli.inputs.cloudformation.world_view import View
from secrets_cli.inputs.document_text import read_document
from secrets_cli.inputs.found import UNKNOWN, Found, FunctionAt, Supplied
from secrets_cli.inputs.project import (
    Framework,
    Named,
    ProjectFunction,
    ProjectRole,
    ProjectStage,
    identity_policies,
    named,
    unresolved_in,
)

_LONGEST: Final = 64
"""Of the name of a function or a role."""
_RANDOM: Final = 13
"""Characters that CloudFormation adds, the hyphen before them included."""
_MADE_UP: Final = "CloudFormation makes up its end"
_NOT_KNOWN: Final = "a value in it is known at deployment only"


def template_project(text: str, name: str, supplied: Supplied, stage: str) -> ProjectStage:
    """The deployment that `supplied.values` describe: parameters, and `AWS::StackName` and `AWS::Region` where they are known.
    Raises as `read_cloudformation`."""
    document = read_document(text, name)
    found = policies_of_template(document, name, supplied)
    template = open_template(document, name)
    reading = _Reading(template, supplied.values, found)
    functions = tuple(
        reading.function(one, template.resources[one.name]) for one in found.functions if one.name in template.resources
    )
    region, stack = supplied.values.get("AWS::Region", ""), supplied.values.get("AWS::StackName", "")
    return ProjectStage(
        Framework.SAM if template.is_sam else Framework.CLOUDFORMATION,
        name,
        stage,
        Named(region) if region else Named("", "no region is set in samconfig.toml: the profile's region counts"),
        Named(stack) if stack else Named("", "no `stack_name` is set in samconfig.toml"),
        functions,
        tuple(reading.role(one) for one in dict.fromkeys(one.principal for one in functions) if one),
        unresolved_in(found),
    )


def is_template(text: str, name: str) -> bool:
    """Whether the document is a template that makes functions. Raises MalformedInput where it is no JSON or YAML."""
    document = read_document(text, name)
    if at(document.root, "Resources") is None:
        return False
    return any(one.type in FUNCTIONS for one in open_template(document, name).resources.values())


@dataclass(frozen=True, slots=True)
class _Reading:
    template: Template
    values: Mapping[str, str]
    found: Found

    def function(self, function: FunctionAt, resource: Resource) -> ProjectFunction:
        view = self.view(resource)
        shared = self.template.function_globals if resource.type == "AWS::Serverless::Function" else None
        name = self.name(view, resource, "FunctionName", resource.logical_id)
        group = view.text(view.at(resource.properties, "LoggingConfig", "LogGroup")) or view.text(
            view.at(shared, "LoggingConfig", "LogGroup")
        )
        log_group = named(group, _NOT_KNOWN)
        if not group:
            log_group = Named(f"/aws/lambda/{name.text}" if name.text else "", name.why)
        return ProjectFunction(
            function.name, function.location, name, log_group, function.principal, resource.logical_id
        )

    def role(self, principal: str) -> ProjectRole:
        policies = identity_policies(self.found, principal)
        kind, _, key = principal.partition(" ")
        if kind == "function":
            logical_id = f"{key}Role"
            return ProjectRole(principal, self.made_up(logical_id), policies, logical_id=logical_id)
        resource = self.template.resources.get(key)
        if resource is None:
            return ProjectRole(principal, Named(key), policies, is_made=False)
        name = self.name(self.view(resource), resource, "RoleName", key)
        return ProjectRole(principal, name, policies, logical_id=key)

    def name(self, view: View, resource: Resource, property: str, logical_id: str) -> Named:
        own = view.text(view.at(resource.properties, property))
        return named(own, _NOT_KNOWN) if own else self.made_up(logical_id)

    def made_up(self, logical_id: str) -> Named:
        stack = self.values.get("AWS::StackName", UNKNOWN)
        if stack != UNKNOWN and len(f"{stack}-{logical_id}") + _RANDOM > _LONGEST:
            return Named("", f"CloudFormation shortens it: with the stack's it is longer than {_LONGEST} characters")
        return named(f"{stack}-{logical_id}-{UNKNOWN}", _MADE_UP)

    def view(self, resource: Resource) -> View:
        """The first world in which the resource is made."""
        names = conditions_in([resource.properties])
        names |= {resource.condition.value} if resource.condition is not None else set()
        worlds = Conditions(self.template, self.values).worlds(names).worlds or (World(),)
        views = [View(self.template, self.values, world, Leads(self.template)) for world in worlds]
        return next((one for one in views if one.exists(resource)), views[0])
