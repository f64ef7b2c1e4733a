"""Files with functions, for the tests of rules about them."""

from collections.abc import Sequence

from secrets_cli.gate.finding import Finding
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rule import Rule
from secrets_cli.gate.settings import Settings
from tests.unit.gate.judging import findings_in

ROLE = "  role: arn:aws:iam::111122223333:role/app\n"
PARAMETER = "arn:aws:ssm:eu-central-1:111122223333:parameter"


def service(function: str, provider: str = ROLE) -> str:
    """A serverless.yml with one function `api`; `function` is indented by four, `provider` by two blanks."""
    return f"service: s\nprovider:\n  name: aws\n{provider}functions:\n  api:\n    handler: h.h\n{function}"


def reading(resource: str = f"{PARAMETER}/app/db", action: str = "ssm:GetParameter") -> str:
    """A provider whose role reads."""
    return f"  iam: {{role: {{statements: [{{Effect: Allow, Action: '{action}', Resource: '{resource}'}}]}}}}\n"


def environment(**variables: str) -> str:
    """A service whose function has these variables, one a line from line 8 on."""
    lines = "".join(f"      {name}: '{value}'\n" for name, value in variables.items())
    return service(f"    environment:\n{lines}")


def said(
    rule: Rule, text: str, name: str = "serverless.yml", persona: Persona = Persona.DEFAULT
) -> tuple[Finding, ...]:
    """What one rule says of a file."""
    return findings_in(text, name, [rule], Settings(persona=persona))


def messages(findings: Sequence[Finding]) -> str:
    """All that the findings show."""
    return "\n".join(text for one in findings for text in (one.message, *one.evidence, one.principal))
