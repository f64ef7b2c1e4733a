"""What the commands of the getSecret function share: its options, and how grants and settings are read from them."""

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.errors import ConfigurationError

if TYPE_CHECKING:
    from secrets_cli.aws.stacks import Stack, Stacks
    from secrets_cli.broker.desired import Settings
    from secrets_cli.broker.grants import Grants

DEFAULT_STACK = "get-secret"


class ModeChoice(enum.Enum):
    """`--mode`."""

    BROKER = "broker"
    RELAY = "relay"
    CALLER_CREDENTIALS = "caller-credentials"


class FrontChoice(enum.Enum):
    """`--front`."""

    FUNCTION_URL = "function-url"
    HTTP_API = "http-api"


StackOption = Annotated[str, typer.Option("--stack", metavar="NAME", help="Name of the stack and of the function.")]
GrantsOption = Annotated[
    Path | None, typer.Option("--grants", metavar="FILE", help="Who may read what: see docs/get-secret.md.")
]
AllowOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        metavar="ARN=NAME",
        help="Grant a role or user one parameter, or, as ARN=PATH/, all below a folder. Repeatable.",
    ),
]
KeyOption = Annotated[
    list[str] | None,
    typer.Option("--key", metavar="KEY", help="With --allow: the parameters' KMS key, not looked up. Repeatable."),
]
ModeOption = Annotated[
    ModeChoice,
    typer.Option(
        "--mode",
        help="Who decides: the grants (broker), or the caller's own policies: relay sends on a request the caller "
        "signed, caller-credentials takes the caller's credentials and is for migration only.",
    ),
]
FrontOption = Annotated[FrontChoice, typer.Option("--front", help="What callers call; both authorize by IAM.")]
OriginOption = Annotated[
    list[str] | None,
    typer.Option("--origin", metavar="ORIGIN", help="A web origin for CORS; without one there is none. Repeatable."),
]
RetentionOption = Annotated[int, typer.Option("--retention-days", metavar="DAYS", help="How long the log is kept.")]
LogKeyOption = Annotated[str, typer.Option("--log-key", metavar="ARN", help="A KMS key to encrypt the log with.")]
ConcurrencyOption = Annotated[
    int, typer.Option("--concurrency", metavar="N", help="Reserved concurrency; 0 reserves none.")
]
AlarmsOption = Annotated[
    bool, typer.Option("--alarms", help="Alarms on crashes, throttling, refused calls and failed reads.")
]
AlarmTopicOption = Annotated[
    str, typer.Option("--alarm-topic", metavar="ARN", help="An SNS topic that the alarms go to.")
]
BoundaryOption = Annotated[
    str, typer.Option("--permissions-boundary", metavar="ARN", help="The boundary of every role that is made.")
]
TagOption = Annotated[
    list[str] | None, typer.Option("--tag", metavar="KEY=VALUE", help="A tag on everything made. Repeatable.")
]
BucketOption = Annotated[
    str,
    typer.Option("--bucket", metavar="NAME", help="A bucket of yours for code and template, where they are too large."),
]
UnsafeOption = Annotated[
    bool,
    typer.Option(
        "--i-know-credentials-travel", help="Needed with --mode caller-credentials: you accept what that means."
    ),
]


def read_grants(file: Path | None, allow: list[str] | None, keys: list[str] | None) -> "Grants":
    """The grants of a file and of the command line, together."""
    from secrets_cli.broker.grants import canonical, parsed_allow, parsed_grants
    from secrets_cli.cli.reading import read_text

    from_file = parsed_grants(read_text(file), str(file)) if file is not None else ()
    return canonical((*from_file, *parsed_allow(allow or (), keys or ())))


def tags_of(words: list[str] | None) -> tuple[tuple[str, str], ...]:
    """`KEY=VALUE` words, sorted by key. Raises ConfigurationError."""
    found: dict[str, str] = {}
    for word in words or ():
        key, equals, value = word.partition("=")
        if not (key and equals):
            raise ConfigurationError("a `--tag` is not `KEY=VALUE`", "give `--tag team=payments`")
        found[key] = value
    return tuple(sorted(found.items()))


def read_settings(
    *,
    stack: str,
    mode: ModeChoice,
    front: FrontChoice,
    origins: list[str] | None,
    retention_days: int,
    log_key: str,
    concurrency: int,
    alarms: bool,
    alarm_topic: str,
    boundary: str,
    tags: list[str] | None,
) -> "Settings":
    """The options as settings; a topic for alarms asks for alarms. Raises ConfigurationError."""
    from secrets_cli.broker.desired import Front, Mode, Settings

    return Settings(
        stack=stack,
        mode=Mode(mode.value),
        front=Front(front.value),
        origins=tuple(origins or ()),
        retention_days=retention_days,
        log_key=log_key,
        concurrency=concurrency,
        alarms=alarms or bool(alarm_topic),
        alarm_topic=alarm_topic,
        boundary=boundary,
        tags=tags_of(tags),
    )


def consent_to_mode(mode: ModeChoice, consent: bool) -> None:
    """Warn of a mode that takes credentials; refuse it where the user did not say they know.

    Raises ConfigurationError.
    """
    from secrets_cli.cli.terminal import warn

    if mode is not ModeChoice.CALLER_CREDENTIALS:
        return
    if not consent:
        raise ConfigurationError(
            "`--mode caller-credentials` makes callers send their AWS credentials to a function",
            "use `--mode relay`, which needs none; or add `--i-know-credentials-travel` for a migration",
        )
    warn("callers will send their AWS credentials to the function: whoever can change it can take them")
    warn("this mode is for migration only; it refuses long-term keys; move to `--mode relay` or `--mode broker`")


def existing_stack(stacks: "Stacks", name: str) -> "Stack":
    """The stack of a name. Raises NotThere."""
    from secrets_cli.errors import NotThere

    stack = stacks.describe(name)
    if stack is None:
        raise NotThere(
            f"there is no stack `{name}` in {stacks.connection.region}",
            "give `--stack` and `--region`, or make one with `secrets-cli lambda deploy`",
        )
    return stack


def is_ours(stack: "Stack") -> bool:
    """Whether a stack is one that `lambda deploy` made."""
    return {"Mode", "Front", "Url"} <= stack.outputs.keys()
