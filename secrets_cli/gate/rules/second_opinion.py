"""`second-opinion`: what another linter says of a statement and no rule of the gate does."""

from secrets_cli.gate.rule import ByEngine, Persona, Rule
from secrets_cli.severity import Confidence, Severity

RULE = Rule(
    id="second-opinion",
    title="another linter remarks upon, and no rule of the gate does",
    severity=Severity.LOW,
    confidence=Confidence.LOW,
    persona=Persona.AUDITOR,
    why=(
        "With `--second-opinion` parliament is asked about every statement of an identity policy. Its remarks are shown where no"
        " rule of the gate says the same of the statement, without its known false alarms (trust policies, `service:*` on any"
        " resource, actions newer than its data), and one grade lower than it has them. It is given a time limit, for"
        " its comparison of patterns can take for ever; what it could not say in time is told. parliament comes with the extra"
        " `second-opinion`; without it the gate says that the second opinion is not to be had, and goes on."
    ),
    how_to_fix="Read what it says; where it is right, the gate would like to know: a rule is missing.",
    references=("https://github.com/duo-labs/parliament",),
    mapping=(),
    check=ByEngine(),
)
