"""The log groups and streams of CloudWatch Logs calls that name more than a group."""

from secrets_cli.catalog.events.kinds import LOG_GROUP_TAGS
from secrets_cli.catalog.events.names import fill, in_parameters
from secrets_cli.catalog.events.parameters import text
from secrets_cli.catalog.events.row import Arns, Recipe
from secrets_cli.catalog.grant import ApiCall


def _stream(call: ApiCall) -> Arns:
    stream = text(call.parameters, "logStreamName") or "*"
    groups = in_parameters(LOG_GROUP_TAGS, "logGroupName|logGroupIdentifier", call)
    return tuple(f"{group}:log-stream:{stream}" for group in groups)


def _prefix(call: ApiCall) -> Arns:
    prefix = text(call.parameters, "logGroupNamePrefix")
    return (fill("arn:{partition}:logs:{region}:{account}:log-group:{name}*", call, prefix),)


STREAM_OF_CALL = Recipe("log-group:logGroupName:log-stream:logStreamName", _stream, "the record names no log group")
GROUP_PREFIX = Recipe("log-group:logGroupNamePrefix*", _prefix)
