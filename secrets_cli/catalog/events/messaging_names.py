"""The queues, topics, buses, rules, identities and models of messaging and model calls."""

import re

from secrets_cli.catalog.events.kinds import EMAIL_IDENTITY, ENDPOINT, EVENT_BUS, QUEUE, TOPIC, queue_of_url
from secrets_cli.catalog.events.names import fill, in_parameters, in_resources, in_response, matches
from secrets_cli.catalog.events.parameters import text, texts
from secrets_cli.catalog.events.row import Arns, Recipe
from secrets_cli.catalog.grant import ApiCall


def _queue(call: ApiCall) -> Arns:
    listed = in_resources(QUEUE, call)
    if listed:
        return listed
    urls = texts(call.parameters, "queueUrl") or texts(call.response, "queueUrl")
    found = [_queue_arn(url, call) for url in urls]
    owner = text(call.parameters, "queueOwnerAWSAccountId")
    form = QUEUE.form.replace("{account}", owner or "{account}")
    found += [fill(form, call, name) for name in texts(call.parameters, "queueName")]
    return tuple(dict.fromkeys(arn for arn in found if arn)) or in_parameters(QUEUE, "sourceArn|queueArn", call)


def _queue_arn(url: str, call: ApiCall) -> str:
    account, name = queue_of_url(url)
    if name:
        return fill(QUEUE.form.replace("{account}", account), call, name)
    return fill(QUEUE.form, call, url) if "/" not in url else ""


def _published(call: ApiCall) -> Arns:
    topics = in_parameters(TOPIC, "topicArn", call)
    if topics:
        return topics
    target = text(call.parameters, "targetArn")
    if target and matches(ENDPOINT.seen_as, target):
        return (target,)
    return in_parameters(TOPIC, "targetArn", call) or in_resources(ENDPOINT, call) or in_resources(TOPIC, call)


def _bus(name: str, call: ApiCall) -> str:
    return name if name.startswith("arn:") else fill(EVENT_BUS.form, call, name)


def _buses(call: ApiCall) -> Arns:
    """Each entry's bus; an entry without one goes to `default`."""
    named = tuple(_bus(name, call) for name in texts(call.parameters, "entries.eventBusName"))
    return tuple(dict.fromkeys(named)) or in_resources(EVENT_BUS, call) or (_bus("default", call),)


def _rule(call: ApiCall) -> Arns:
    name = text(call.parameters, "rule|name|ruleName")
    bus = text(call.parameters, "eventBusName").split("event-bus/")[-1]
    if not name:
        return ()
    if name.startswith("arn:"):
        return (name,)
    path = name if bus in ("", "default") else f"{bus}/{name}"
    return (fill("arn:{partition}:events:{region}:{account}:rule/{name}", call, path),)


def _schedule(call: ApiCall) -> Arns:
    name, group = text(call.parameters, "name"), text(call.parameters, "groupName") or "default"
    form = "arn:{partition}:scheduler:{region}:{account}:schedule/{name}"
    return (fill(form, call, f"{group}/{name}"),) if name else ()


def _identity(call: ApiCall) -> Arns:
    """SES checks the verified identity: the address itself or its domain, whichever was verified; the record does not
    say."""
    written = texts(call.parameters, "sourceArn|fromEmailAddressIdentityArn") or texts(
        call.parameters, "source|fromEmailAddress"
    )
    found: list[str] = []
    for name in written:
        if name.startswith("arn:"):
            found.append(name)
            continue
        address = EMAIL_IDENTITY.name_of(name)
        _, at, domain = address.rpartition("@")
        found += [fill(EMAIL_IDENTITY.form, call, part) for part in (address, domain if at else "") if part]
    more = [
        fill("arn:{partition}:ses:{region}:{account}:configuration-set/{name}", call, name)
        for name in texts(call.parameters, "configurationSetName")
    ]
    return tuple(dict.fromkeys(found + more)) if found else in_resources(EMAIL_IDENTITY, call)


_REGIONAL_PROFILE = re.compile(r"(?P<area>us|eu|apac|us-gov|ca|jp|au|sa|global)\.(?P<model>[a-z0-9-]+\..+)")


def _model(call: ApiCall) -> Arns:
    """A model id, an ARN, or a cross-region profile: that one needs the profile and the model wherever it is routed.
    https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html"""
    found: list[str] = []
    for name in texts(call.parameters, "modelId"):
        profile = _REGIONAL_PROFILE.fullmatch(name)
        if name.startswith("arn:"):
            found.append(name)
        elif profile is not None:
            found.append(fill("arn:{partition}:bedrock:{region}:{account}:inference-profile/{name}", call, name))
            found.append(fill("arn:{partition}:bedrock:*::foundation-model/{name}", call, profile["model"]))
        else:
            found.append(fill("arn:{partition}:bedrock:{region}::foundation-model/{name}", call, name))
    return tuple(found)


def _subscribed(call: ApiCall) -> Arns:
    return in_parameters(TOPIC, "topicArn|subscriptionArn|resourceArn", call) or in_response(TOPIC, "topicArn", call)


QUEUE_OF_CALL = Recipe("queue from resources[], queueUrl, queueName", _queue, "the record names no queue")
PUBLISHED_TO = Recipe(
    "topicArn, else targetArn", _published, "published to a phone number, or to what the record does not name"
)
BUSES = Recipe("buses of entries[].eventBusName (`default` if none)", _buses, "the record names no bus")
SCHEDULE = Recipe("schedule/groupName/name (`default` if no group)", _schedule, "the record names no schedule")
RULE = Recipe("rule/NAME, or rule/BUS/NAME on a custom bus", _rule, "the record names no rule")
IDENTITY = Recipe("sender's address and its domain, and the configuration set", _identity, "the record names no sender")
MODEL = Recipe("model or inference profile from modelId", _model, "the record names no model")
TOPIC_OF_SUBSCRIPTION = Recipe("topic of topicArn or subscriptionArn", _subscribed, "the record names no topic")
