"""An option given twice to a command that takes one value of it: refused, where the parser would take the last in silence.

`secret delete NAME --region a --region b` would otherwise delete in one region of the two that were named.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from secrets_cli.errors import ConfigurationError


def refuse_repeated(arguments: Sequence[str], program: Any) -> None:
    """Raise ConfigurationError where a value option that is not repeatable comes twice before `--`; no value is repeated.

    `program` is the click command of the whole program.
    """
    path, command, rest = ["secrets-cli"], program, list(arguments)
    while rest and rest[0] in getattr(command, "commands", {}):
        command = command.commands[rest[0]]
        path.append(rest.pop(0))
    single = {name: option.opts for option in command.params if _takes_one(option) for name in option.opts}
    seen: set[str] = set()
    for name in _named(rest, single):
        if name in seen:
            raise ConfigurationError(
                f"`{name}` is given twice, and `{' '.join(path)}` takes one",
                f"run it once for each, or see `{' '.join(path)} --help`",
            )
        seen.update(single[name])


def _named(words: Sequence[str], names: dict[str, Any]) -> Iterator[str]:
    """The options among the words, each value that follows one passed over."""
    is_value = False
    for word in words:
        if is_value:
            is_value = False
        elif word == "--":
            return
        elif word in names:
            is_value = True
            yield word
        elif word.partition("=")[0] in names:
            yield word.partition("=")[0]


def _takes_one(parameter: Any) -> bool:
    is_option = parameter.param_type_name == "option"
    return is_option and not (parameter.multiple or parameter.is_flag or parameter.count)
