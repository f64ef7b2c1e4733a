"""`long-lived-credentials`: a function that is handed an IAM user's access key."""

from collections.abc import Iterator

from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.long_lived_keys import is_long_lived_key
from secrets_cli.gate.rule import Hit, OfFunction, Persona, Rule
from secrets_cli.gate.subject import FunctionOf
from secrets_cli.severity import Confidence, Severity


def _check(of: FunctionOf, _knowledge: Knowledge) -> Iterator[Hit]:
    for variable in of.function.environment:
        if is_long_lived_key(variable):
            yield Hit(
                f"`{variable.name}` holds half of an IAM user's access key in plain text",
                variable.location,
                subject=variable.name,
            )


RULE = Rule(
    id="long-lived-credentials",
    title="holds an IAM user's access key in an environment variable",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "An access key works from anywhere until somebody deletes it, and with it every policy of its user. A function has"
        " a role, whose credentials AWS changes every few hours: it needs no key. What the key's user may do is moreover"
        " seen by no audit of the function's role."
    ),
    how_to_fix=(
        "Delete the key, grant the function's role what the user was used for, and leave the variables out: the SDK then"
        " takes the role. For another account let the role assume one there."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-workloads-use-roles",
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime",
    ),
    mapping=("CKV_AWS_45", "CKV_SECRET_2", "Security Hub CodeBuild.2 (for its projects)"),
    check=OfFunction(_check),
    masks_line=True,
)
