"""What a rendered template would put into IAM, read back from it: the proof is about this, not about what made it.

Understood are the references that the templates use: `Ref` and `Fn::GetAtt` to the function, its role and its URL's API,
and the pseudo parameters. Anything else is refused, so that nothing is proven about a policy that was not read.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from secrets_cli.broker.desired import Deployment
from secrets_cli.errors import MalformedInput
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import PolicyKind, parse_policy
from secrets_cli.json_value import JsonValue

API_ID = "a1b2c3d4e5"
"""Stands for the id that AWS gives the HTTP API."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the template."""

    name: str
    allowed: tuple[Policy, ...]
    trust: Policy


@dataclass(frozen=True, slots=True)
class AsDeployed:
    """The roles and policies of one template."""

    function: Role
    readers: Mapping[str, Role]
    """By the role's ARN."""
    on_function: Policy | None
    """The function's resource policy."""
    callers: Mapping[str, tuple[Policy, ...]]
    """What the template attaches to principals that were there before, by `role/name` or `user/name`."""


def as_deployed(document: Mapping[str, JsonValue], deployment: Deployment) -> AsDeployed:
    """Read a template. Raises MalformedInput at anything in its policies that is not understood."""
    reading = _Reading(document, deployment)
    roles = dict(reading.roles())
    return AsDeployed(
        function=roles.pop(deployment.role_name),
        readers={deployment.place_arn("iam", f"role/{name}"): role for name, role in roles.items()},
        on_function=reading.on_function(),
        callers=reading.attached(),
    )


class _Reading:
    """The resources of one template, with its references filled in."""

    __slots__ = ("_pseudo", "deployment", "resources")

    def __init__(self, document: Mapping[str, JsonValue], deployment: Deployment) -> None:
        place = deployment.place
        self.deployment = deployment
        self._pseudo = {
            "AWS::Partition": place.partition,
            "AWS::Region": place.region,
            "AWS::AccountId": place.account,
            "Function": deployment.settings.stack,
            "Function.Arn": deployment.function_arn,
            "FunctionRole.Arn": deployment.role_arn,
            "LogGroup": deployment.log_group,
            "HttpApi": API_ID,
        }
        self.resources = _mapping(document["Resources"])

    def of(self, kind: str) -> Iterator[tuple[str, Mapping[str, JsonValue]]]:
        for logical_id, item in self.resources.items():
            found = _mapping(item)
            if found["Type"] == kind:
                yield logical_id, _mapping(found["Properties"])

    def roles(self) -> Iterator[tuple[str, Role]]:
        for _, properties in self.of("AWS::IAM::Role"):
            name = str(properties["RoleName"])
            trust = self.policy(properties["AssumeRolePolicyDocument"], f"trust of {name}", PolicyKind.TRUST)
            inline = [_mapping(item)["PolicyDocument"] for item in _list(properties["Policies"])]
            if "ManagedPolicyArns" in properties:
                raise MalformedInput(f"the role `{name}` of the template has managed policies")
            yield name, Role(name, tuple(self.policy(one, name) for one in inline), trust)

    def attached(self) -> Mapping[str, tuple[Policy, ...]]:
        found: dict[str, tuple[Policy, ...]] = {}
        for logical_id, properties in self.of("AWS::IAM::ManagedPolicy"):
            policy = self.policy(properties["PolicyDocument"], logical_id)
            for kind, member in (("role", "Roles"), ("user", "Users")):
                for name in _list(properties.get(member, [])):
                    found[f"{kind}/{name}"] = (*found.get(f"{kind}/{name}", ()), policy)
        return found

    def on_function(self) -> Policy | None:
        statements = [self.permission(properties) for _, properties in self.of("AWS::Lambda::Permission")]
        document: JsonValue = {"Version": "2012-10-17", "Statement": statements}
        return self.policy(document, "policy of the function", PolicyKind.RESOURCE) if statements else None

    def permission(self, properties: Mapping[str, JsonValue]) -> JsonValue:
        """The statement that Lambda writes for a permission."""
        principal = str(properties["Principal"])
        condition: dict[str, JsonValue] = {}
        if "FunctionUrlAuthType" in properties:
            condition["StringEquals"] = {"lambda:FunctionUrlAuthType": properties["FunctionUrlAuthType"]}
        if "InvokedViaFunctionUrl" in properties:
            condition["Bool"] = {"lambda:InvokedViaFunctionUrl": properties["InvokedViaFunctionUrl"]}
        if "SourceArn" in properties:
            condition["ArnLike"] = {"AWS:SourceArn": properties["SourceArn"]}
        return {
            "Effect": "Allow",
            "Principal": {"Service" if principal.endswith(".amazonaws.com") else "AWS": principal},
            "Action": properties["Action"],
            "Resource": self.deployment.function_arn,
            **({"Condition": condition} if condition else {}),
        }

    def policy(self, document: JsonValue, name: str, kind: PolicyKind = PolicyKind.IDENTITY) -> Policy:
        return parse_policy(json.dumps(self.filled(document)), name, kind)

    def filled(self, value: JsonValue) -> JsonValue:
        match value:
            case {"Ref": str(name), **rest} if not rest:
                return self.known(name)
            case {"Fn::GetAtt": [str(name), str(attribute)], **rest} if not rest:
                return self.known(f"{name}.{attribute}")
            case {"Fn::Sub": str(text), **rest} if not rest:
                return re.sub(r"\$\{([^}]*)\}", lambda found: self.known(found[1]), text)
            case dict():
                return {key: self.filled(item) for key, item in value.items()}
            case list():
                return [self.filled(item) for item in value]
            case _:
                return value

    def known(self, name: str) -> str:
        if name not in self._pseudo:
            raise MalformedInput(f"a policy of the template refers to `{name}`, of which nothing is known")
        return self._pseudo[name]


def _mapping(value: JsonValue) -> Mapping[str, JsonValue]:
    # INVARIANT: the templates are ours.
    assert isinstance(value, Mapping)
    return value


def _list(value: JsonValue) -> list[JsonValue]:
    assert isinstance(value, list)
    return value
