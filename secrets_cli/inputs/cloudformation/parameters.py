"""The parameters of SSM's Parameter Store that a template makes. CloudFormation makes no SecureString.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html
"""

from collections.abc import Mapping

from secrets_cli.inputs.cloudformation.conditions import Conditions
from secrets_cli.inputs.cloudformation.intrinsics import conditions_in
from secrets_cli.inputs.cloudformation.leads import Leads
from secrets_cli.inputs.cloudformation.template import Template
from secrets_cli.inputs.cloudformation.world_view import View
from secrets_cli.inputs.found import ParameterAt

_TYPE = "AWS::SSM::Parameter"


def parameters_of_template(
    template: Template, given: Mapping[str, str], conditions: Conditions, leads: Leads
) -> tuple[ParameterAt, ...]:
    """Every parameter, once for each value that conditions leave possible."""
    found: dict[ParameterAt, None] = {}
    for resource in template.resources.values():
        if resource.type != _TYPE:
            continue
        for world in conditions.worlds(conditions_in([resource.properties])).worlds:
            view = View(template, given, world, leads)
            value = view.entry(resource.properties, "Value")
            parameter = ParameterAt(
                resource.logical_id,
                view.text(resource.property("Type")),
                view.place(resource.key.offset),
                "sam" if template.is_sam else "cloudformation",
                path=view.text(resource.property("Name")),
                value="" if value is None else view.text(value.value),
                value_location=None if value is None else view.place(value.offset),
            )
            found[parameter] = None
    return tuple(found)
