"""Roles and users read and changed: documents byte by byte, calls that can be made again."""

import json

import pytest

from secrets_cli.aws.role_changes import RoleChanges
from secrets_cli.aws.roles import PrincipalKind, PrincipalName, Roles
from secrets_cli.aws.target import Connection
from secrets_cli.errors import NotThere

ODD = '{\n\t"Version" : "2012-10-17",  "Statement":[ {"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::a%20+ä/*"} ]}  '
TRUST = '{"Version":"2012-10-17",   "Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}'
ROLE = PrincipalName(PrincipalKind.ROLE, "app")
USER = PrincipalName(PrincipalKind.USER, "dev")
OWN = "arn:aws:iam::123456789012:policy/secrets-cli/role-app-narrowed"


@pytest.fixture
def iam(aws: Connection) -> RoleChanges:
    """A role and a user with nothing."""
    client = aws.client("iam")
    client.create_role(RoleName="app", AssumeRolePolicyDocument=TRUST, Tags=[{"Key": "b", "Value": "1"}])
    client.create_user(UserName="dev")
    return RoleChanges(aws)


@pytest.mark.parametrize("principal", [ROLE, USER])
def test_documents_come_back_byte_by_byte(iam: RoleChanges, principal: PrincipalName) -> None:
    iam.put_inline(principal, "odd", ODD)
    iam.create_policy(OWN, ODD, {"k": "v"}, "made")
    iam.attach(principal, OWN)
    live = iam.roles.read(principal)
    assert [(one.name, one.text) for one in live.inline] == [("odd", ODD)]
    assert [(one.arn, one.version, one.text) for one in live.attached] == [(OWN, "v1", ODD)]
    assert live.attached[0].tags == (("k", "v"),)
    assert live.trust == (TRUST if principal is ROLE else "")
    iam.detach(principal, OWN)
    iam.delete_inline(principal, "odd")
    live = iam.roles.read(principal)
    assert (live.inline, live.attached) == ((), ())


def test_a_user_has_its_groups(iam: RoleChanges, aws: Connection) -> None:
    client = aws.client("iam")
    client.create_group(GroupName="devs")
    client.put_group_policy(GroupName="devs", PolicyName="g", PolicyDocument=ODD)
    client.add_user_to_group(GroupName="devs", UserName="dev")
    (group,) = iam.roles.read(USER).groups
    assert (group.name, [(one.name, one.text) for one in group.inline]) == ("devs", [("g", ODD)])


def test_calls_can_be_made_again(iam: RoleChanges) -> None:
    for _ in range(2):
        iam.create_policy(OWN, ODD, {}, "")
        iam.attach(ROLE, OWN)
        iam.put_inline(ROLE, "p", ODD)
    for _ in range(2):
        iam.detach(ROLE, OWN)
        iam.delete_inline(ROLE, "p")
        iam.delete_version(OWN, "v9")
    for _ in range(2):
        iam.delete_policy(OWN)
    with pytest.raises(NotThere):
        iam.roles.managed(OWN)


def test_versions(iam: RoleChanges) -> None:
    iam.create_policy(OWN, ODD, {}, "")
    second = ODD.replace("s3", "sqs")
    assert iam.new_version(OWN, second) == "v2"
    assert iam.roles.managed(OWN).text == second
    assert [(one.id, one.is_default) for one in iam.roles.versions(OWN)] == [("v1", False), ("v2", True)]
    iam.set_default(OWN, "v1")
    iam.tag_policy(OWN, {"secrets-cli:versions": "v2"})
    found = iam.roles.managed(OWN)
    assert (found.text, dict(found.tags)) == (ODD, {"secrets-cli:versions": "v2"})
    assert iam.roles.version_text(OWN, "v2") == second
    iam.delete_policy(OWN)


def test_a_parsed_document_is_still_there_for_others(iam: RoleChanges, aws: Connection) -> None:
    """Keeping the text takes nothing away from the SDK's own answer."""
    iam.put_inline(ROLE, "odd", ODD)
    assert Roles(aws).read(ROLE).inline[0].text == ODD
    answer = aws.client("iam").get_role_policy(RoleName="app", PolicyName="odd")
    assert answer["PolicyDocument"] == json.loads(ODD)


def test_what_is_not_there(iam: RoleChanges) -> None:
    with pytest.raises(NotThere):
        iam.roles.read(PrincipalName(PrincipalKind.ROLE, "gone"))
