"""`secure-string-in-state`: a SecureString whose value the configuration writes out."""

from collections.abc import Iterator

from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfParameter, Persona, Rule
from secrets_cli.inputs.found import UNKNOWN, ParameterAt
from secrets_cli.secrets.audit.literal import Form, form_of
from secrets_cli.severity import Confidence, Severity


def _check(parameter: ParameterAt, _knowledge: Knowledge) -> Iterator[Hit]:
    if parameter.type == "SecureString" and _is_written(parameter.value):
        yield Hit(
            f"the value of `{parameter.name}` is written out here, and from here goes into the state in plain text",
            parameter.value_location or parameter.location,
            subject=parameter.name,
        )


def _is_written(value: str) -> bool:
    """Whether a value stands there, and not a reference or something to be replaced."""
    return UNKNOWN not in value and form_of(value) not in (Form.EMPTY, Form.REFERENCE, Form.PLACEHOLDER)


RULE = Rule(
    id="secure-string-in-state",
    title="is a SecureString whose value stands in the configuration",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "What Terraform is given as `value` of an `aws_ssm_parameter` stands in the repository, in every plan and in the"
        " state file, which holds it in plain text whatever the parameter's type. Whoever may read the state needs no grant"
        " on the parameter and leaves no trace in CloudTrail. No message here shows the value.\n\nA value that says"
        " nothing (`changeme`) and is set elsewhere later, with `ignore_changes`, is no secret and not found."
    ),
    how_to_fix=(
        "Let Terraform make no value: set it with `secrets-cli secret put`, or give it as `value_wo` (write-only, kept out"
        " of state and plan) from a source that is no file of the repository. Then rotate it."
    ),
    references=(
        "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ssm_parameter",
        "https://developer.hashicorp.com/terraform/language/manage-sensitive-data",
    ),
    mapping=("CKV_SECRET_6 and its like",),
    check=OfParameter(_check),
    masks_line=True,
)
