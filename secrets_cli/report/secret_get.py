"""Secrets that were read, as text and as JSON (docs/schemas/secret-get-1.json), masked where they are not to be shown."""

from secrets_cli.aws.parameters import Parameter
from secrets_cli.json_value import JsonValue
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.store.reading import Readings
from secrets_cli.wording import iso_time

GET_SCHEMA = "secrets-cli/secret-get/1"


def get_json(readings: Readings, *, reveal: bool) -> dict[str, JsonValue]:
    """The document; `value` is null where values are not to be shown."""
    return {
        "schema": GET_SCHEMA,
        "masked": not reveal,
        "parameters": [_parameter(asked, parameter, reveal) for asked, parameter in readings.found],
        "missing": list(readings.missing),
        "unreadable": [{"asked": each.asked, "error": each.failure.message} for each in readings.unreadable],
    }


def _parameter(asked: str, parameter: Parameter, reveal: bool) -> JsonValue:
    return {
        "asked": asked,
        "name": parameter.name,
        "arn": parameter.arn,
        "version": parameter.version,
        "type": parameter.type,
        "modified": iso_time(parameter.modified),
        "value": parameter.value.reveal() if reveal else None,
    }


def get_text(readings: Readings, *, reveal: bool) -> SecretValue:
    """What goes to stdout: one value alone as it is, several as lines of name, tab and value.

    A SecretValue, as it holds the values where `reveal` says so.
    """
    if len(readings.found) == 1 and not readings.missing and not readings.unreadable:
        return SecretValue(_shown(readings.found[0][1].value, reveal))
    return SecretValue("".join(f"{asked}\t{_shown(parameter.value, reveal)}\n" for asked, parameter in readings.found))


def names_with_line_breaks(readings: Readings) -> tuple[str, ...]:
    """Those whose value spans lines or holds a tab, which lines of name, tab and value do not carry."""
    return tuple(asked for asked, each in readings.found if any(mark in each.value.reveal() for mark in "\n\r\t"))


def _shown(value: SecretValue, reveal: bool) -> str:
    return value.reveal() if reveal else str(value)
