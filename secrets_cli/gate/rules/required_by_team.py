"""`required-by-team`: a role without the permissions boundary that the team's configuration asks for."""

from secrets_cli.gate.rule import ByEngine, Persona, Rule
from secrets_cli.severity import Confidence, Severity

RULE = Rule(
    id="required-by-team",
    title="is a role without the permissions boundary that the team's configuration requires",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "A permissions boundary caps what a role can do, whatever its policies grant, today and after the next change. A team"
        " that lets its pipelines make roles relies on it: a single role without the boundary is the way around it."
    ),
    how_to_fix=(
        "Set the boundary: `PermissionsBoundary` of an `AWS::IAM::Role`, `permissions_boundary` of an `aws_iam_role`,"
        " `provider.iam.role.permissionsBoundary` of a `serverless.yml`. Where a role must go without, the configuration's"
        " `except-paths` is the place to say so:\n\n"
        "```toml\n[gate.required-boundary]\n"
        'arn = "arn:aws:iam::111122223333:policy/app-boundary"\nreason = "roles of apps stay below the boundary"\n'
        'except-paths = ["platform/**"]\n```'
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate",
    ),
    mapping=(),
    check=ByEngine(),
)
