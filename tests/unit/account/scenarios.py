"""Principals before an apply, each with the narrowed policies for it: one for each way an apply can go."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from secrets_cli.aws.roles import PrincipalKind
from tests.fake_iam import AWS, managed, principal


def policy(*statements: Mapping[str, Any]) -> dict[str, Any]:
    """A document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: object, resource: object = "*", **more: object) -> dict[str, Any]:
    """An Allow statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: object, resource: object = "*") -> dict[str, Any]:
    """A Deny statement."""
    return {"Effect": "Deny", "Action": action, "Resource": resource}


def odd(document: Mapping[str, Any]) -> str:
    """The document as people write it: bytes that no program would write."""
    return "{\n  " + json.dumps(document, indent=3)[1:].replace('":', '"  :') + "\n"


FILES = "arn:aws:s3:::files/*"
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
BASIC = f"{AWS}service-role/AWSLambdaBasicExecutionRole"
SHARED = "arn:aws:iam::123456789012:policy/team/shared"
OWN = "arn:aws:iam::123456789012:policy/secrets-cli/role-app-narrowed"
ROLE = "arn:aws:iam::123456789012:role/app"

BROAD = policy(allow("s3:*"), allow("dynamodb:*"))
LOGS = policy(allow(["logs:CreateLogStream", "logs:PutLogEvents"]))
NARROW = policy(
    allow("s3:GetObject", FILES, Sid="ReadFiles"),
    allow(["logs:CreateLogStream", "logs:PutLogEvents"], Sid="WriteLogs"),
)
GUARD = policy(allow("s3:*"), deny("s3:DeleteBucket"))


@dataclass(frozen=True)
class Scenario:
    """A start, what is proposed, and how it is applied."""

    state: dict[str, Any]
    narrowed: tuple[dict[str, Any], ...]
    mode: str = "inline"
    requests: tuple[dict[str, Any], ...] = ({"action": "s3:GetObject", "resource": "arn:aws:s3:::files/a"},)
    more: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def words(self) -> list[str]:
        """Of the command line."""
        return ["--mode", self.mode]

    def narrowing(self, **changed: Any) -> dict[str, Any]:
        """What `role narrow` would have written."""
        texts = [*self.state["inline"].values()]
        texts += [
            one["versions"][one["default"]] for arn, one in self.state["policies"].items() if arn in self.attached
        ]
        texts += [text for group in self.state["groups"].values() for text in group.values()]
        return {
            "schema": "secrets-cli/narrowing/1",
            "principal": self.state["arn"],
            "policies": list(self.narrowed),
            "proof": {"contained": {"verdict": "contained", "reason": None}},
            "present": [json.loads(text) for text in texts],
            "requests": list(self.requests),
            **self.more,
            **changed,
        }

    @property
    def attached(self) -> list[str]:
        """ARNs."""
        attached: list[str] = self.state["attached"]
        return attached


def _zappa() -> dict[str, Any]:
    return principal(
        inline={"zappa-permissions": odd(BROAD), "a-second": odd(policy(allow("sqs:SendMessage")))},
        attached=[BASIC],
        policies={BASIC: managed(odd(LOGS), others=40)},
    )


def _guarded() -> dict[str, Any]:
    return principal(
        inline={"a-guard": odd(GUARD), "b-logs": odd(LOGS)},
        attached=[SHARED],
        policies={SHARED: managed(odd(BROAD), others=2)},
    )


def _full() -> dict[str, Any]:
    """Inline policies that leave no room for another beside them."""
    wide = [f"arn:aws:s3:::bucket-number-{number:03}-of-the-old-application/*" for number in range(180)]
    return principal(inline={"old": odd(policy(allow("s3:*", wide), *BROAD["Statement"], *LOGS["Statement"]))})


def _applied_before() -> dict[str, Any]:
    """A managed policy of ours with five versions."""
    own = managed(odd(policy(*NARROW["Statement"], allow("s3:PutObject", FILES))), {"secrets-cli:principal": ROLE})
    for number in range(2, 6):
        own["versions"][f"v{number}"] = odd(policy(*NARROW["Statement"], allow(f"s3:GetObject{'Acl' * number}", FILES)))
    own["versions"]["v5"] = odd(policy(*NARROW["Statement"], allow("s3:PutObject", FILES)))
    own.update(default="v5", next=6)
    return principal(
        inline={"left": odd(policy(allow("sqs:*")))},
        attached=sorted([BASIC, OWN]),
        policies={OWN: own, BASIC: managed(odd(LOGS))},
    )


SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        "inline-beside": Scenario(_zappa(), (NARROW,)),
        "inline-two-documents": Scenario(
            _zappa(), (policy(allow("s3:GetObject", FILES, Sid="A")), policy(allow("logs:PutLogEvents", Sid="B")))
        ),
        "inline-in-place": Scenario(_full(), (NARROW,)),
        "inline-with-deny": Scenario(
            _guarded(), (policy(allow("s3:GetObject", FILES, Sid="A"), deny("s3:DeleteBucket")),)
        ),
        "inline-deny-not-kept": Scenario(_guarded(), (policy(allow("s3:GetObject", FILES, Sid="A")),)),
        "managed-new": Scenario(_zappa(), (NARROW,), "managed"),
        "managed-two-documents": Scenario(
            _zappa(),
            (policy(allow("s3:GetObject", FILES, Sid="A")), policy(allow("logs:PutLogEvents", Sid="B"))),
            "managed",
        ),
        "managed-new-version": Scenario(_applied_before(), (NARROW,), "managed"),
        "managed-to-inline": Scenario(_applied_before(), (NARROW,)),
        "user": Scenario(
            principal(PrincipalKind.USER, "dev", inline={"old": odd(policy(allow("s3:*")))}),
            (policy(allow("s3:GetObject", FILES, Sid="A")),),
        ),
    }
)
