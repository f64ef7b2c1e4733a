"""What each stage of a Zappa project does with its execution role by itself, from the settings file.

What the application does stands in its code; here stand the calls that Zappa's own code in the function makes.

Source: https://github.com/zappa/Zappa (0.63.0), `zappa/cli.py` (load_settings, create_package, schedule) and
`zappa/handler.py`
"""

from collections.abc import Mapping
from dataclasses import dataclass

from secrets_cli.iam.json_text import JsonString, Member
from secrets_cli.inputs.zappa_functions import is_true
from secrets_cli.inputs.zappa_settings import default_project_name, zappa_function_name, zappa_role_name
from secrets_cli.inputs.zappa_syntax import SettingsSyntax, settings_document


@dataclass(frozen=True, slots=True)
class ZappaStage:
    """One stage, with its settings over those it extends."""

    name: str
    project: str
    """As the settings say it, else made of the folder's name."""
    function: str
    """The function's name."""
    region: str
    """Empty where the settings leave it to the profile."""
    role: str
    """Name of the role; empty where `role_arn` says it."""
    role_arn: str
    role_name: str
    """As the settings say it, whatever `role_arn` says; empty where they do not."""
    keep_warm: bool
    slim_handler: bool
    bucket: str
    """The bucket of `s3_bucket`; empty where Zappa makes up a name at each deployment."""
    remote_environment: str
    """`BUCKET/KEY` of `remote_env`, or empty."""
    async_by_topic: bool
    """Asynchronous tasks may go through an SNS topic."""
    response_table: str
    """DynamoDB table of `async_response_table`, or empty."""
    websockets: bool


def zappa_stages(text: str, name: str, folder: str) -> tuple[ZappaStage, ...]:
    """The stages of a settings file, in order; `folder` is the name of the folder it lies in.

    Raises MalformedInput where the text is not of the format that the file's name says, a stage is no object, or extends
    itself or a stage that is not there, or a setting that is read here is no text.
    """
    file = SettingsSyntax(settings_document(text, name))
    return tuple(_stage(file, stage, folder) for stage in file.stages())


def _stage(file: SettingsSyntax, stage: Member, folder: str) -> ZappaStage:
    settings = _Settings(file, file.settings(stage))
    project = settings.text("project_name") or default_project_name(folder)
    role_arn = settings.text("role_arn")
    return ZappaStage(
        name=stage.key.value,
        project=project,
        function=zappa_function_name(project, stage.key.value),
        region=settings.text("aws_region"),
        role="" if role_arn else settings.text("role_name") or zappa_role_name(project, stage.key.value),
        role_arn=role_arn,
        role_name=settings.text("role_name"),
        keep_warm=settings.flag("keep_warm", unset=True),
        slim_handler=settings.flag("slim_handler"),
        bucket=settings.text("s3_bucket"),
        remote_environment=settings.remote_environment(),
        async_by_topic=settings.text("async_source") == "sns",
        response_table=settings.text("async_response_table"),
        websockets=settings.flag("websocket_handler_module"),
    )


class _Settings:
    """The settings of one stage."""

    def __init__(self, file: SettingsSyntax, members: Mapping[str, Member]) -> None:
        self.file = file
        self.members = members

    def text(self, name: str) -> str:
        found = self.members.get(name)
        if found is None or not is_true(found.value):
            return ""
        return self.file.string(found.value, f"`{name}` is a name and is")

    def flag(self, name: str, unset: bool = False) -> bool:
        found = self.members.get(name)
        return unset if found is None else is_true(found.value)

    def remote_environment(self) -> str:
        found = self.members.get("remote_env")
        if found is not None and isinstance(found.value, JsonString):
            return found.value.value.removeprefix("s3://")
        bucket, key = self.text("remote_env_bucket"), self.text("remote_env_file")
        return f"{bucket}/{key}" if bucket and key else ""
