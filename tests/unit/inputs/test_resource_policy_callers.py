"""Whether an API's resource policy names its callers."""

import json

import pytest

from secrets_cli.iam.json_text import JsonNumber, read_json
from secrets_cli.inputs.found import UNKNOWN, Authorizer
from secrets_cli.inputs.resource_policy_callers import callers_named

EVERYONE = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
LIMITED = {**EVERYONE, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}
DENY = {**LIMITED, "Effect": "Deny"}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"Statement": [EVERYONE]}, Authorizer.NONE),
        ({"Statement": EVERYONE}, Authorizer.NONE),
        ([EVERYONE], Authorizer.NONE),
        ({"Statement": {**EVERYONE, "Principal": {"AWS": ["*"]}}}, Authorizer.NONE),
        ({"Statement": [EVERYONE, DENY]}, Authorizer.SOME),
        ({"Statement": [LIMITED]}, Authorizer.SOME),
        ({"Statement": [LIMITED, EVERYONE]}, Authorizer.NONE),
        ({"Statement": DENY}, Authorizer.SOME),
        ({"Statement": {**EVERYONE, "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}}, Authorizer.SOME),
        ({"Statement": []}, Authorizer.SOME),
        (UNKNOWN, Authorizer.UNKNOWN),
        (json.dumps({"Statement": [EVERYONE]}), Authorizer.NONE),
        ("{", Authorizer.UNKNOWN),
    ],
)
def test_policies(policy: object, expected: Authorizer) -> None:
    assert callers_named(read_json(json.dumps(policy), "p").root) is expected


def test_none_is_none_and_a_number_is_no_policy() -> None:
    assert callers_named(None) is Authorizer.NONE
    assert callers_named(JsonNumber("1", 0)) is Authorizer.UNKNOWN
