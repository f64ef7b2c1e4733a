"""Whether the roles of a stack still may do what was proven, and no more: somebody may have changed them by hand.

CloudFormation's drift detection does not look at managed policies that were attached beside the template. So the policies
are read from IAM and compared with the template's by containment.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from secrets_cli.aws.principals import Principals, RolePolicies
from secrets_cli.catalog.known_requests import KnownToCatalog
from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import AccessDenied, MalformedInput, NotThere
from secrets_cli.iam.contain import Contained, NotContained, contains
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import PolicyKind, parse_policy


@dataclass(frozen=True, slots=True)
class Widened:
    """A role that is not as it was proven."""

    role: str
    problem: str


def widened_roles(resources: Mapping[str, Any], principals: Principals) -> tuple[Widened, ...]:
    """Compare each role among a template's resources with the account's."""
    found: list[Widened] = []
    for item in resources.values():
        if item["Type"] == "AWS::IAM::Role":
            properties = item["Properties"]
            problem = _problem(properties, principals)
            found += [Widened(str(properties["RoleName"]), problem)] if problem else []
    return tuple(found)


def _problem(properties: Mapping[str, Any], principals: Principals) -> str:
    name = str(properties["RoleName"])
    try:
        live = principals.role_policies(name)
        return next(_differences(properties, live, name), "")
    except NotThere:
        return "is gone"
    except AccessDenied:
        return "could not be looked at: whoever asks may not read it"
    except MalformedInput as error:
        return f"has a policy that cannot be read: {error.message}"


def _differences(properties: Mapping[str, Any], live: RolePolicies, name: str) -> Iterator[str]:
    if live.attached:
        yield f"has policies attached beside the template: {', '.join(live.attached)}"
    deployed = [_policy(json.dumps(one["PolicyDocument"]), name) for one in properties["Policies"]]
    now = [_policy(text, name) for text in live.inline]
    match contains(deployed, now, KnownToCatalog(load_catalog())):
        case Contained():
            pass
        case NotContained(witness=witness):
            yield f"may do more than was proven: {witness.action} on {witness.resource}"
        case undecided:
            yield f"may do more than was proven; that could not be decided: {undecided.reason}"
    if contains(now, deployed) != Contained():
        yield "may do less than was deployed"
    trust = json.dumps(properties["AssumeRolePolicyDocument"])
    if _policy(live.trust, name, PolicyKind.TRUST) != _policy(trust, name, PolicyKind.TRUST):
        yield "may be assumed by others than was proven, or by none"


def _policy(text: str, name: str, kind: PolicyKind = PolicyKind.IDENTITY) -> Policy:
    return parse_policy(text, name, kind)
