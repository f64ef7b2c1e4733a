"""What a framework's project is made of, and what its modules share."""

from collections.abc import Mapping
from dataclasses import dataclass

from secrets_cli.broker.desired import Deployment, Front, configuration_text
from secrets_cli.broker.package import GRANTS_FILE, handler_source
from secrets_cli.broker.template import GRANTS_VARIABLE, fits_the_environment
from secrets_cli.errors import ConfigurationError
from secrets_cli.json_value import JsonValue


@dataclass(frozen=True, slots=True)
class File:
    """One file, by its path in the project."""

    path: str
    text: str


CODE_FOLDER = "get_secret"


def code_files(deployment: Deployment) -> tuple[File, ...]:
    """The handler as it is, and its grants where they do not fit into the environment."""
    handler = File(f"{CODE_FOLDER}/handler.py", handler_source())
    if fits_the_environment(deployment):
        return (handler,)
    return handler, File(f"{CODE_FOLDER}/{GRANTS_FILE}", configuration_text(deployment))


def environment(deployment: Deployment) -> dict[str, str]:
    """The function's environment."""
    return {GRANTS_VARIABLE: configuration_text(deployment)} if fits_the_environment(deployment) else {}


def only_function_url(deployment: Deployment, framework: str) -> None:
    """Refuse an HTTP API. Raises ConfigurationError."""
    if deployment.settings.front is not Front.FUNCTION_URL:
        raise ConfigurationError(
            f"`--for {framework}` writes a function URL only", "leave `--front` out, or use `--for cloudformation`"
        )


def mapping(value: JsonValue) -> dict[str, JsonValue]:
    """A part of a template that is a mapping, as a new one."""
    # INVARIANT: the templates are ours.
    assert isinstance(value, Mapping)
    return dict(value)
