"""A command line that was not understood, said again in our form and without repeating what was given.

typer quotes the offending word in most of its messages. The word may be a secret that was mistyped, or put in the wrong
place, so only names that we chose ourselves appear here: options, arguments, commands, choices.
"""

from collections.abc import Sequence
from typing import Any

import typer

# typer exports only BadParameter; its base, the usage error, comes from click or, in newer releases, from typer's
# own copy of it.
UsageError: type[Exception] = typer.BadParameter.__mro__[1]


def help_asked_by_silence(error: Exception) -> str | None:
    """The help text, where a group was called without a command; None for every other usage error."""
    return str(error) if type(error).__name__ == "NoArgsIsHelpError" else None


def restate(error: Exception, arguments: Sequence[str], program: Any) -> tuple[str, str]:
    """The message and the help text of a usage error; `program` is the click command of the whole program."""
    return _message(error, arguments), f"see `{_command_path(error, arguments, program)} --help`"


def _message(error: Exception, arguments: Sequence[str]) -> str:
    # The classes are not exported either, so they are told apart by name.
    match type(error).__name__:
        case "NoSuchOption":
            return _no_such_option(error, arguments)
        case "MissingParameter":
            return f"missing {_parameter(error)}"
        case "BadParameter":
            return f"invalid value for {_parameter(error)}{_expected(error)}"
        case "BadOptionUsage":
            return f"option `{getattr(error, 'option_name', '?')}` {_misuse(error)}"
        case _:
            return _misplaced(error)


def _no_such_option(error: Exception, arguments: Sequence[str]) -> str:
    """Name the place, as the word itself may be a value that begins with a dash."""
    given = str(getattr(error, "option_name", ""))
    places = [place for place, word in enumerate(arguments, start=1) if given and word.startswith(given)]
    where = f": word {places[0]} after `secrets-cli`" if places else ""
    near = [f"`{name}`" for name in sorted(getattr(error, "possibilities", None) or ())]
    return f"no such option{where}" + (f"; did you mean {' or '.join(near)}?" if near else "")


def _parameter(error: Exception) -> str:
    parameter: Any = getattr(error, "param", None)
    if parameter is None:
        return "a parameter"
    if parameter.param_type_name == "argument":
        return f"argument `{(parameter.metavar or parameter.name).upper()}`"
    return "option " + " / ".join(f"`{name}`" for name in parameter.opts)


def _expected(error: Exception) -> str:
    """The kind of value, or the choices, that typer's help shows for the parameter."""
    parameter: Any = getattr(error, "param", None)
    context: Any = getattr(error, "ctx", None)
    if context is None or not hasattr(parameter, "display_type"):
        return ""
    match str(parameter.display_type(context)).strip("<>").split("|"):
        case ["int"]:
            return ": give a whole number"
        case ["float"]:
            return ": give a number"
        case ["path" | "file" | "directory"]:
            return ": give a path that is there and may be used so"
        case [_]:
            return ""
        case choices:
            return ": choose " + " or ".join(f"`{choice}`" for choice in choices)


def _misuse(error: Exception) -> str:
    return "does not take a value" if "does not take a value" in str(error) else "needs a value"


def _misplaced(error: Exception) -> str:
    context: Any = getattr(error, "ctx", None)
    if context is None:
        return "the command line was not understood"
    if not hasattr(context.command, "commands"):
        return f"`{context.command_path}` was given an argument too many"
    commands = ", ".join(f"`{name}`" for name in sorted(context.command.commands))
    return f"no such command of `{context.command_path}`: choose {commands}"


def _command_path(error: Exception, arguments: Sequence[str], program: Any) -> str:
    """The command the error is about: the parser's own errors do not say, so the leading words do."""
    context: Any = getattr(error, "ctx", None)
    if context is not None:
        return str(context.command_path)
    path, command = ["secrets-cli"], program
    for word in arguments:
        if word not in getattr(command, "commands", {}):
            break
        path.append(word)
        command = command.commands[word]
    return " ".join(path)
