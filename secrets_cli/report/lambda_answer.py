"""What the getSecret function answered, as text and as JSON (docs/schemas/lambda-invoke-1.json), masked where values are
not to be shown."""

from secrets_cli.broker.asked import Answer, HandedOut
from secrets_cli.json_value import JsonValue
from secrets_cli.secret_value import SecretValue


def answer_text(answer: Answer, *, reveal: bool) -> SecretValue:
    """What goes to stdout: one value alone as it is, several as lines of name, tab and value."""
    found = [one for one in answer.results if isinstance(one, HandedOut)]
    if len(found) == len(answer.results) == 1:
        return SecretValue(_shown(found[0], reveal))
    return SecretValue("".join(f"{one.name}\t{_shown(one, reveal)}\n" for one in found))


def answer_json(answer: Answer, *, reveal: bool) -> dict[str, JsonValue]:
    """The document `secrets-cli/lambda-invoke/1`; `value` is null where values are not to be shown."""
    return {
        "schema": "secrets-cli/lambda-invoke/1",
        "masked": not reveal,
        "secrets": [
            {"name": one.name, "version": one.version, "value": one.value.reveal() if reveal else None}
            if isinstance(one, HandedOut)
            else {"name": one.name, "error": one.error}
            for one in answer.results
        ],
        "request_ids": list(answer.request_ids),
    }


def _shown(one: HandedOut, reveal: bool) -> str:
    return one.value.reveal() if reveal else str(one.value)
