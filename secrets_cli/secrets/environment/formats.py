"""Names and values written in the formats that programs read, so that each value comes back exactly.

`dotenv` and `shell` are lines that a POSIX shell reads (`set -a; . ./file`): a value is bare where every reader takes it
as it is, else in quotes within which nothing is expanded. Programs that read dotenv files differ in what they make of a
backslash or a quote inside quotes; such values are written for the shell's reading. YAML and JSON quote every string, so
that no reader takes `no` or `012` for anything else. A value that a format cannot hold is refused by its name.

Sources: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html (quoting),
https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md (template literals, for tfvars)
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from secrets_cli.errors import ConfigurationError
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.environment.environment_names import is_variable_name
from secrets_cli.secrets.environment.file_format import FileFormat


@dataclass(frozen=True, slots=True)
class Exported:
    """One name and value to write."""

    name: str
    source: str
    """The parameter's name, as messages name it."""
    value: SecretValue


def rendered(entries: Sequence[Exported], format: FileFormat) -> SecretValue:
    """The text of the file, ended by a line feed; as secret as the values in it.

    Raises ConfigurationError that lists every parameter whose value or name the format cannot hold.
    """
    _refuse_what_it_cannot_hold(entries, format)
    match format:
        case FileFormat.DOTENV:
            return SecretValue("".join(f"{one.name}={shell_quoted(one.value.reveal())}\n" for one in entries))
        case FileFormat.SHELL:
            return SecretValue("".join(f"export {one.name}={shell_quoted(one.value.reveal())}\n" for one in entries))
        case FileFormat.TFVARS:
            return SecretValue("".join(f"{one.name} = {_hcl_quoted(one.value.reveal())}\n" for one in entries))
        case FileFormat.JSON:
            return SecretValue(
                json.dumps({one.name: one.value.reveal() for one in entries}, indent=2, ensure_ascii=False) + "\n"
            )
        case FileFormat.YAML:
            return _yaml(entries)
        case _:
            assert_never(format)


_BARE: Final = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
_DOUBLE_IS_ENOUGH: Final = re.compile(r'[^"$`\\!]*')


def shell_quoted(text: str) -> str:
    r"""One word of a POSIX shell that stands for the text: bare, in single quotes, in double quotes where the only odd
    character is a single quote (most readers of dotenv files take that), else with `'\''` for each single quote."""
    if _BARE.fullmatch(text):
        return text
    if "'" not in text:
        return f"'{text}'"
    if _DOUBLE_IS_ENOUGH.fullmatch(text):
        return f'"{text}"'
    return "'" + text.replace("'", "'\\''") + "'"


_HCL_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "${": "$${", "%{": "%%{"}
_HCL_ESCAPED: Final = re.compile(r'\$\{|%\{|[\\"\x00-\x1f\x7f-\x9f\u2028\u2029]')


def _hcl_quoted(text: str) -> str:
    escaped = _HCL_ESCAPED.sub(lambda found: _HCL_ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04x}", text)
    return f'"{escaped}"'


def _yaml(entries: Sequence[Exported]) -> SecretValue:
    import yaml

    return SecretValue(
        yaml.safe_dump(
            {one.name: one.value.reveal() for one in entries},
            default_style='"',
            default_flow_style=False,
            allow_unicode=True,
            sort_keys=False,
            width=1_000_000,
        )
    )


def _refuse_what_it_cannot_hold(entries: Sequence[Exported], format: FileFormat) -> None:
    problems = [
        f"`{one.source}`: {problem}" for one in entries if (problem := _problem(one.name, one.value.reveal(), format))
    ]
    if problems:
        raise ConfigurationError(
            f"{format.value} cannot hold what was read: {'; '.join(problems)}",
            "take another format (json holds every value), or leave these parameters out",
        )


_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def _problem(name: str, value: str, format: FileFormat) -> str:
    if _SURROGATE.search(value):
        return "its value is no Unicode text"
    if "\0" in value and not format.holds_any_name:
        return "its value has a NUL character"
    if not format.holds_any_name and not is_variable_name(name):
        return f"`{name}` is no name for a variable"
    return ""
