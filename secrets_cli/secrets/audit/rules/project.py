"""Rules on project folders."""

from collections.abc import Iterator, Set

from secrets_cli.secrets.audit.looks_secret import looks_secret
from secrets_cli.secrets.audit.project_files import ProjectFacts
from secrets_cli.secrets.audit.rules.plain import severity_of
from secrets_cli.secrets.audit.rules.rule import Rule
from secrets_cli.secrets.finding import Finding
from secrets_cli.severity import Severity

IN_FILE = Rule(
    "secret-in-project-file",
    Severity.HIGH,
    "a setting of a project's environment files that looks like a secret",
)
DOUBLE_SLASH = Rule(
    "secret-arn-double-slash",
    Severity.MEDIUM,
    "a policy on a parameter's ARN with two slashes, which matches no parameter",
)


def check_project(project: ProjectFacts, kept_out: Set[str]) -> Iterator[Finding]:
    """One finding a setting or ARN. `kept_out` are the files git ignores: what is in them is on this disk only, so low."""
    for setting in project.settings:
        look = looks_secret(setting.name, setting.value, sample=setting.sample)
        if look is not None:
            ignored = setting.file in kept_out
            yield IN_FILE.finding(
                f"{setting.file}:{setting.line}",
                f"`{setting.name}`: {look}" + ("; git ignores the file" if ignored else ""),
                "keep it with `secrets-cli secret put`, refer to it here, and rotate the value if the file was shared",
                evidence=(f"name: {setting.name}", f"by {look.by.value}: {look.detector}"),
                severity=Severity.LOW if ignored else severity_of(look.by),
                confidence=look.confidence,
            )
    for slip in project.slips:
        yield DOUBLE_SLASH.finding(
            f"{slip.file}:{slip.line}",
            f"{slip.what}: a parameter's ARN has its name without the leading slash, so this allows nothing",
            "write `parameter/team/name`; in SAM, SSMParameterWithSlashPrefixReadPolicy for names that begin with `/`",
        )
