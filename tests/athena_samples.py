"""Tables of trails as Athena's catalog describes them."""

from collections.abc import Mapping

from secrets_cli.aws.athena import Table

IDENTITY = (
    "struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,username:string,"
    "sessioncontext:struct<attributes:struct<mfaauthenticated:string,creationdate:string>,"
    "sessionissuer:struct<type:string,principalid:string,arn:string,accountid:string,username:string>>>"
)
TEXTS = (
    *("eventtime", "eventsource", "eventname", "awsregion", "errorcode", "errormessage", "requestparameters"),
    *(
        "responseelements",
        "eventid",
        "eventtype",
        "recipientaccountid",
        "sharedeventid",
        "eventcategory",
        "managementevent",
    ),
)
RESOURCES = "array<struct<arn:string,accountid:string,type:string>>"


def trail_table(
    keys: Mapping[str, str] | None = None, parameters: Mapping[str, str] | None = None, /, **columns: str | None
) -> Table:
    """A table of all the columns read; `columns` are of other types, or, where None, not there."""
    made: dict[str, str | None] = {name: "string" for name in TEXTS}
    made |= {"useridentity": IDENTITY, "resources": RESOURCES, **columns}
    there = {name: kind for name, kind in made.items() if kind is not None}
    location = "s3://trail-logs/AWSLogs/"
    return Table("audit", "trail", there, keys or {}, parameters or {}, location)
