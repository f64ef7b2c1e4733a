"""A trail's table in Athena, as the query reads it: the view `events` over its columns.

Tables differ: by the documents' statements of several years, and by who made them. A column that is not there reads as NULL,
and what that costs is said; without those that judgement cannot do without the table is refused.
The documents: https://docs.aws.amazon.com/athena/latest/ug/cloudtrail-logs.html
"""

import re
from dataclasses import dataclass

from secrets_cli.aws.athena import Table
from secrets_cli.errors import ConfigurationError
from secrets_cli.usage.engines.texts import literal
from secrets_cli.usage.window import EVERYTHING, Window

_NEEDED = ("eventtime", "eventsource", "eventname", "awsregion", "useridentity", "requestparameters", "errorcode")
_MISSED = {
    "errormessage": "denials that only the message tells count as failed calls",
    "responseelements": "what a call created is not told by its answer",
    "resources": "resources are told by the request alone",
    "recipientaccountid": "calls across accounts may be counted twice",
    "sharedeventid": "calls across accounts may be counted twice",
    "eventid": "no event ids are shown as evidence",
    "eventtype": "events that services made count as calls",
    "eventcategory": "kinds of data events are told by the names of calls",
}
"""Columns that a table may lack, and what follows."""
_NO_COLUMN = "CAST(NULL AS VARCHAR)"
_IDENTITY = ("type", "arn", "principalid", "accountid", "invokedby")
_STRING = frozenset({"string", "varchar"})


@dataclass(frozen=True, slots=True)
class View:
    """The view's text, and what it lacks."""

    query: str
    warnings: tuple[str, ...]


def events_view(table: Table, principals: frozenset[str] | None, window: Window, partitions: str) -> View:
    """The records of the table as `aggregate.athena.sql` reads them; `partitions` is a condition, or empty.

    Raises ConfigurationError where a column is missing or of a type that is not read.
    """
    missing = [name for name in _NEEDED if name not in table.columns]
    if missing:
        raise ConfigurationError(
            f"the table `{table.database}.{table.name}` has no column `{'`, `'.join(missing)}`",
            "it is no table of CloudTrail records; `secrets-cli usage athena-ddl` prints the statement that makes one",
        )
    columns = {
        "row_kind": _row_kind(window),
        "place": "CASE WHEN COALESCE(eventsource, '') = '' OR COALESCE(eventname, '') = '' THEN \"$path\" END",
        "content": _NO_COLUMN,
        "is_asked": _asked(table, principals),
        "event_time": "eventtime",
        "event_id": _column(table, "eventid"),
        "event_source": "eventsource",
        "event_name": "eventname",
        "event_type": _column(table, "eventtype"),
        "event_category": _column(table, "eventcategory"),
        "aws_region": "awsregion",
        "error_code": "errorcode",
        "error_message": _column(table, "errormessage"),
        "recipient_account_id": _column(table, "recipientaccountid"),
        "shared_event_id": _column(table, "sharedeventid"),
        "management_event": _flag(table, "managementevent"),
        **_identity(table),
        "request_parameters": _text(table, "requestparameters"),
        "response_elements": _text(table, "responseelements"),
        **_resources(table),
    }
    listed = ",\n".join(f"  {text} AS {name}" for name, text in columns.items())
    where = f"\nWHERE {partitions}" if partitions else ""
    query = f"SELECT\n{listed}\nFROM {_quoted(table.database)}.{_quoted(table.name)}{where}"
    if window != EVERYTHING:
        # Records outside are counted, and nothing else of them is a key.
        inside = ",\n".join(f"  {name if name == 'row_kind' else _only_inside(name)} AS {name}" for name in columns)
        query = f"SELECT\n{inside}\nFROM (\n{query}\n) AS every"
    return View(query, tuple(_warnings(table)))


def _only_inside(name: str) -> str:
    return f"CASE WHEN row_kind = 'record' THEN {name} END"


def _warnings(table: Table) -> list[str]:
    return [f"the table has no column `{name}`: {what}" for name, what in _MISSED.items() if name not in table.columns]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _column(table: Table, name: str) -> str:
    return name if name in table.columns else _NO_COLUMN


def _text(table: Table, name: str) -> str:
    """A column of JSON that is a text, as CloudTrail's own reader gives it."""
    kind = table.columns.get(name, "")
    if not kind:
        return _NO_COLUMN
    if kind.lower().split("(")[0] not in _STRING:
        raise ConfigurationError(
            f"the table's column `{name}` is `{kind[:40]}`, where a string is read",
            "see `secrets-cli usage athena-ddl`",
        )
    # A reader may write JSON's null as that word.
    return f"NULLIF({name}, 'null')"


def _flag(table: Table, name: str) -> str:
    return f"LOWER(CAST({name} AS VARCHAR))" if name in table.columns else _NO_COLUMN


def _row_kind(window: Window) -> str:
    limits = [f"eventtime < {literal(window.since)}"] if window.since else []
    limits += [f"eventtime >= {literal(window.until)}"] if window.until else []
    if not limits:
        return "'record'"
    plain = "LENGTH(eventtime) = 20 AND REGEXP_LIKE(eventtime, '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$')"
    return f"CASE WHEN {plain} AND ({' OR '.join(limits)}) THEN 'outside' ELSE 'record' END"


def _asked(table: Table, principals: frozenset[str] | None) -> str:
    if principals is None:
        return "'yes'"
    if not all(arn.isprintable() for arn in principals):
        raise ConfigurationError("a principal's ARN holds a character that cannot be shown", "check `--principal`")
    arns = ", ".join(literal(arn) for arn in sorted(principals))
    identity = _identity(table)
    return f"CASE WHEN {identity['issuer_arn']} IN ({arns}) OR {identity['identity_arn']} IN ({arns}) THEN 'yes' END"


def _identity(table: Table) -> dict[str, str]:
    kind = table.columns["useridentity"].lower()
    if kind in _STRING:
        fields = {name: f"JSON_EXTRACT_SCALAR(useridentity, '$.{path}')" for name, path in _JSON_PATHS.items()}
        fields["has_identity"] = "CASE WHEN COALESCE(useridentity, 'null') NOT IN ('', 'null', '{}') THEN 'yes' END"
        return fields
    if not kind.startswith("struct<"):
        raise ConfigurationError(
            f"the table's column `useridentity` is `{kind[:40]}`, where a struct or a string is read",
            "see `secrets-cli usage athena-ddl`",
        )
    there = {name for name in (*_IDENTITY, "username") if re.search(rf"[<,]\s*{name}\s*:", _top_level(kind))}
    found = {
        f"identity_{_SNAKE.get(name, name)}": f"useridentity.{name}" if name in there else _NO_COLUMN
        for name in _IDENTITY
    }
    has_issuer = "sessionissuer" in kind
    found["issuer_arn"] = "useridentity.sessioncontext.sessionissuer.arn" if has_issuer else _NO_COLUMN
    all_fields = [f"useridentity.{name}" for name in (*_IDENTITY, "username") if name in there]
    all_fields += [found["issuer_arn"]] if has_issuer else []
    found["has_identity"] = f"CASE WHEN COALESCE({', '.join(all_fields)}, {_NO_COLUMN}) IS NOT NULL THEN 'yes' END"
    return found


_SNAKE = {"principalid": "principal_id", "accountid": "account_id", "invokedby": "invoked_by"}
_JSON_PATHS = {
    "identity_type": "type",
    "identity_arn": "arn",
    "identity_principal_id": "principalId",
    "identity_account_id": "accountId",
    "identity_invoked_by": "invokedBy",
    "issuer_arn": "sessionContext.sessionIssuer.arn",
}


def _top_level(kind: str) -> str:
    """The struct's type without the fields of structs in it: `struct<type:string,sessioncontext:>`."""
    depth = 0
    kept = []
    for letter in kind:
        depth += letter == "<"
        if depth <= 1:
            kept.append(letter)
        depth -= letter == ">"
    return "".join(kept)


def _resources(table: Table) -> dict[str, str]:
    kind = table.columns.get("resources", "").lower()
    if not kind:
        return {"resources": _NO_COLUMN, "resource_types": _NO_COLUMN}
    if kind in _STRING:
        return {"resources": "resources", "resource_types": "resources"}
    pair = "ARRAY[COALESCE(r.arn, ''), COALESCE(r.type, '')]"
    return {
        "resources": f"JSON_FORMAT(CAST(TRANSFORM(resources, r -> {pair}) AS JSON))",
        "resource_types": "JSON_FORMAT(CAST(TRANSFORM(resources, r -> COALESCE(r.type, '')) AS JSON))",
    }
