"""A role that is narrowed, and where its project says what it may do."""

from dataclasses import dataclass

from secrets_cli.account.project import ProjectFile, StageAsk
from secrets_cli.account.project_live import LiveRole
from secrets_cli.inputs.project import ProjectRole, ProjectStage


@dataclass(frozen=True, slots=True)
class RoleInProject:
    """One role."""

    arn: str
    file: ProjectFile
    ask: StageAsk
    stage: ProjectStage
    role: ProjectRole
    live: LiveRole | None
