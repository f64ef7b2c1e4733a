"""Options that several commands of `secrets-cli key` take, and how they are read."""

from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.errors import ConfigurationError

if TYPE_CHECKING:
    from secrets_cli.aws.keys import KeyService
    from secrets_cli.secrets.keys.principal import Principal

KeyArgument = Annotated[
    str, typer.Argument(metavar="KEY", help="The key: its alias (with or without `alias/`), id or ARN.")
]
AdminsOption = Annotated[
    list[str] | None,
    typer.Option("--admin", metavar="ARN", help="A role or user that manages the key and cannot use it. Repeatable."),
]
UsersOption = Annotated[
    list[str] | None,
    typer.Option("--user", metavar="ARN", help="A role or user that reads and writes with the key. Repeatable."),
]
ReadersOption = Annotated[
    list[str] | None, typer.Option("--reader", metavar="ARN", help="A role or user that only reads. Repeatable.")
]
WritersOption = Annotated[
    list[str] | None, typer.Option("--writer", metavar="ARN", help="A role or user that only writes. Repeatable.")
]
TagsOption = Annotated[
    list[str] | None, typer.Option("--tag", metavar="NAME=VALUE", help="A tag for the key. Repeatable.")
]

_LONGEST_NAME = 128
_LONGEST_VALUE = 256


def principals(words: list[str] | None) -> "tuple[Principal, ...]":
    """The principals given, each once. Raises ConfigurationError at the first that is none."""
    from secrets_cli.secrets.keys.principal import checked_principal

    return tuple(checked_principal(word) for word in dict.fromkeys(words or ()))


def tags(words: list[str] | None) -> tuple[tuple[str, str], ...]:
    """The tags given as NAME=VALUE. Raises ConfigurationError for another form, or a name that AWS keeps to itself."""
    found: dict[str, str] = {}
    for word in words or ():
        name, equals, value = word.partition("=")
        if not equals or not name or len(name) > _LONGEST_NAME or len(value) > _LONGEST_VALUE:
            raise ConfigurationError("a tag is not of the form NAME=VALUE", "give `--tag team=billing`")
        if name.lower().startswith("aws:"):
            raise ConfigurationError(f"the tag `{name}` is refused: names under `aws:` are AWS's own", "choose another")
        found[name] = value
    return tuple(found.items())


def key_service(profile: str | None, region: str | None, endpoint_url: str | None) -> "KeyService":
    """KMS where the options say."""
    from secrets_cli.aws.keys import KeyService
    from secrets_cli.aws.target import Connection, Target

    return KeyService(Connection(Target(profile, region, endpoint_url)))
