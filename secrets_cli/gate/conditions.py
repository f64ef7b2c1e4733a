"""What a statement's conditions limit: on what, how, through which service, in which accounts, from where and by whom.

A condition that limits who calls, or from where, leaves what is granted as it is: `*` stays `*`. A condition on a tag of the
resource names the resources as an ARN does. Between the two are conditions on what a request asks for (the service a role
is passed to, the tags of what is made, a key prefix): they narrow the grant, though not to resources.

Only limits count, not exceptions: `StringNotEquals` leaves all but a few, and so do operators that hold where the key is
missing (`...IfExists`, `ForAllValues:`) for actions whose requests do not carry the key.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (global keys) and, for the
keys of the services, https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

import enum
from collections.abc import Collection, Iterable
from types import MappingProxyType

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.iam.model import ConditionTerm, Quantifier, Statement
from secrets_cli.inputs.found import UNKNOWN


class Dimension(enum.Enum):
    """What a condition key speaks of."""

    RESOURCE = "resource"
    """Which resources, or which part of them: their tags, names, aliases, a key prefix, the leading keys of items."""
    REQUEST = "request"
    """What is asked for: tags of what is made, the service a role is passed to, an instance type."""
    CHANNEL = "channel"
    """Through which AWS service the request comes: `kms:ViaService`, `aws:CalledVia`."""
    ACCOUNT = "account"
    """In whose account, or in which organization, the resource is. Identity policies reach little else anyway."""
    CALLER = "caller"
    """Who calls and from where: addresses, networks, multi-factor authentication, tags of the principal."""
    PLACE = "place"
    """The region."""
    TIME = "time"
    UNKNOWN = "unknown"
    """The file leaves the condition unresolved: it may limit anything."""


NARROWING = frozenset({Dimension.RESOURCE, Dimension.REQUEST, Dimension.CHANNEL, Dimension.UNKNOWN})
"""The dimensions that make a grant on `*` less than one on everything. UNKNOWN is among them, for what is not known is
never a finding."""

_GLOBAL = MappingProxyType(
    {
        "aws:calledvia": Dimension.CHANNEL,
        "aws:calledviafirst": Dimension.CHANNEL,
        "aws:calledvialast": Dimension.CHANNEL,
        "aws:viaawsservice": Dimension.CHANNEL,
        "aws:resourceaccount": Dimension.ACCOUNT,
        "aws:resourceorgid": Dimension.ACCOUNT,
        "aws:resourceorgpaths": Dimension.ACCOUNT,
        "aws:tagkeys": Dimension.REQUEST,
        "aws:ismcpserviceaction": Dimension.REQUEST,
        "aws:requestedregion": Dimension.PLACE,
        "aws:currenttime": Dimension.TIME,
        "aws:epochtime": Dimension.TIME,
        "aws:tokenissuetime": Dimension.TIME,
    }
)
_GLOBAL_PREFIXES = (
    ("aws:resourcetag/", Dimension.RESOURCE),
    ("aws:requesttag/", Dimension.REQUEST),
)
_OF_SERVICES = MappingProxyType(
    {
        "kms:viaservice": Dimension.CHANNEL,
        "kms:grantisforawsresource": Dimension.CHANNEL,
        "kms:calleraccount": Dimension.CALLER,
        "s3:resourceaccount": Dimension.ACCOUNT,
        "s3:authtype": Dimension.CALLER,
        "s3:signatureversion": Dimension.CALLER,
        "s3:signatureage": Dimension.CALLER,
        "s3:tlsversion": Dimension.CALLER,
        "s3:accessgrantsinstancearn": Dimension.ACCOUNT,
        "ec2:sourceinstancearn": Dimension.CALLER,
        "ec2:roledelivery": Dimension.CALLER,
        "ssm:sourceinstancearn": Dimension.CALLER,
        "lambda:sourcefunctionarn": Dimension.CALLER,
        "ec2:region": Dimension.PLACE,
        "kms:keyorigin": Dimension.REQUEST,
        "dynamodb:leadingkeys": Dimension.RESOURCE,
        "dynamodb:attributes": Dimension.RESOURCE,
        "s3:prefix": Dimension.RESOURCE,
        "s3:dataaccesspointarn": Dimension.RESOURCE,
        "s3:dataaccesspointaccount": Dimension.ACCOUNT,
        "cloudwatch:namespace": Dimension.RESOURCE,
        "kms:resourcealiases": Dimension.RESOURCE,
        "kms:requestalias": Dimension.RESOURCE,
        "iam:policyarn": Dimension.REQUEST,
        "iam:passedtoservice": Dimension.REQUEST,
        "iam:associatedresourcearn": Dimension.REQUEST,
        "iam:awsservicename": Dimension.REQUEST,
        "iam:permissionsboundary": Dimension.REQUEST,
        "events:managedby": Dimension.RESOURCE,
        "lambda:functionarn": Dimension.RESOURCE,
        "secretsmanager:secretid": Dimension.RESOURCE,
        "secretsmanager:name": Dimension.RESOURCE,
        "aoss:collection": Dimension.RESOURCE,
        "ecs:cluster": Dimension.RESOURCE,
        "ec2:vpc": Dimension.RESOURCE,
        "ec2:subnet": Dimension.RESOURCE,
        "ec2:subnetid": Dimension.RESOURCE,
        "ec2:instanceid": Dimension.RESOURCE,
        "ec2:owner": Dimension.ACCOUNT,
    }
)
_TAG_NOTIONS = ("resourcetag/", "existingobjecttag/", "buckettag/", "encryptioncontext:")
"""After the service's prefix: which resource, or which data."""
_LIMITING = frozenset(
    {
        "StringEquals",
        "StringEqualsIgnoreCase",
        "StringLike",
        "ArnEquals",
        "ArnLike",
        "Bool",
        "BinaryEquals",
        "IpAddress",
        "NumericEquals",
        "NumericLessThan",
        "NumericLessThanEquals",
        "NumericGreaterThan",
        "NumericGreaterThanEquals",
        "DateEquals",
        "DateLessThan",
        "DateLessThanEquals",
        "DateGreaterThan",
        "DateGreaterThanEquals",
    }
)
_EXCLUDING = frozenset({"StringNotEquals", "StringNotEqualsIgnoreCase", "StringNotLike", "ArnNotEquals", "ArnNotLike"})


def dimension_of(key: str) -> Dimension:
    """What a condition key (any case) speaks of. A key of a service that is in no list speaks of what is asked for; a key of
    another provider (`token.actions.githubusercontent.com:sub`) or of sign-in (`saml:`, `sts:`) of the caller."""
    folded = key.lower()
    if UNKNOWN in folded:
        return Dimension.UNKNOWN
    found = _GLOBAL.get(folded) or _OF_SERVICES.get(folded)
    if found is not None:
        return found
    for prefix, dimension in _GLOBAL_PREFIXES:
        if folded.startswith(prefix):
            return dimension
    prefix, _, name = folded.partition(":")
    if prefix in ("aws", "saml", "sts") or "." in prefix or "/" in prefix:
        return Dimension.CALLER
    return Dimension.RESOURCE if name.startswith(_TAG_NOTIONS) else Dimension.REQUEST


def dimensions_limited(statement: Statement, actions: Collection[str], catalog: Catalog) -> frozenset[Dimension]:
    """What the statement's conditions limit for every one of `actions` (known, in any case)."""
    return frozenset(
        dimension_of(term.key) for term in statement.conditions if all(limits(term, one, catalog) for one in actions)
    )


def narrowed_actions(
    statement: Statement,
    actions: Iterable[str],
    catalog: Catalog,
    dimensions: Collection[Dimension] = NARROWING,
) -> frozenset[str]:
    """Those of the actions whose grant the conditions narrow in one of the dimensions."""
    terms = [term for term in statement.conditions if dimension_of(term.key) in dimensions]
    if not terms:
        return frozenset()
    return frozenset(one for one in actions if any(limits(term, one, catalog) for term in terms))


def narrows_resources(statement: Statement, actions: Collection[str], catalog: Catalog) -> bool:
    """Whether the conditions say which resources are meant, for every one of the actions: a `*` as Resource is then a scope.

    An unresolved condition may say it, and counts as if it did."""
    return bool(dimensions_limited(statement, actions, catalog) & {Dimension.RESOURCE, Dimension.UNKNOWN})


def narrows_what(statement: Statement, actions: Collection[str], catalog: Catalog) -> bool:
    """Whether the conditions limit what each of the actions can do: on which resources, with which values, or through which
    service. Unresolved conditions count as limits."""
    return not actions or narrowed_actions(statement, actions, catalog) == frozenset(actions)


def narrows_callers(statement: Statement, actions: Collection[str], catalog: Catalog) -> bool:
    """Whether the conditions limit from where or by whom the actions can be used."""
    return bool(dimensions_limited(statement, actions, catalog) & {Dimension.CALLER, Dimension.UNKNOWN})


def narrows_accounts(statement: Statement, actions: Collection[str], catalog: Catalog) -> bool:
    """Whether the conditions limit the actions to resources of named accounts or of an organization: a weak limit, for
    within them all resources are meant."""
    return bool(dimensions_limited(statement, actions, catalog) & {Dimension.ACCOUNT, Dimension.UNKNOWN})


def limits(term: ConditionTerm, action: str, catalog: Catalog) -> bool:
    """Whether a term certainly lets through only some of the requests of a known action, by saying which."""
    if term.operator.base == "Null":
        return all(value.lower() == "false" for value in term.values)
    if term.operator.base not in _LIMITING:
        return False
    if dimension_of(term.key) is Dimension.CHANNEL and "false" in {value.lower() for value in term.values}:
        return False
    if _is_any_value(term):
        return False
    if not (term.operator.if_exists or term.operator.quantifier is Quantifier.FOR_ALL_VALUES):
        return True
    # A resource may be without the tag, and who makes one may leave tags out: the term then holds.
    return "tag" not in term.key.lower().partition("/")[0] and _carries(action, term.key, catalog)


def excludes(term: ConditionTerm) -> bool:
    """Whether a term of a Deny statement holds for all requests but those with one of some values: `StringNotEquals` on a
    tag in a Deny says what `StringEquals` says in an Allow."""
    if dimension_of(term.key) is Dimension.UNKNOWN:
        return True
    if term.operator.base == "Null":
        return all(value.lower() == "true" for value in term.values)
    return term.operator.base in _EXCLUDING and not term.operator.if_exists and term.operator.quantifier is None


def _is_any_value(term: ConditionTerm) -> bool:
    """Whether one of the values is met by every value of the key: no limit, but for tags, which have to be there."""
    if dimension_of(term.key) is Dimension.RESOURCE and "tag/" in term.key.lower():
        return False
    like = term.operator.base in ("StringLike", "ArnLike", "ArnEquals")
    return like and any(not value.strip("*") for value in term.values)


def _carries(action: str, key: str, catalog: Catalog) -> bool:
    """Whether requests of the action carry the key, so that `...IfExists` does test it."""
    found = catalog.action(action)
    if found is None:
        return False
    wanted = key.lower().partition("/")[0]
    return any(one.lower().partition("/")[0].partition("$")[0].rstrip("/") == wanted for one in found.condition_keys)
