"""What `aws iam get-account-authorization-details` prints, in each form in which people keep it."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from secrets_cli.account.audit.details_file import read_details
from secrets_cli.errors import MalformedInput
from tests.audited_roles import allow, detail, document, managed, page

SHARED = "arn:aws:iam::111122223333:policy/shared"
ONE = page(detail("a", allow("s3:GetObject")), policies=[managed(SHARED, allow("s3:*"))], IsTruncated=True)
TWO = page(detail("b"))


def read(*pages: Any, between: str = "\n") -> Any:
    return read_details(between.join(map(json.dumps, pages)).encode(), "file.json")


@pytest.mark.parametrize("between", ["", "\n", " \n\t"])
def test_pages_one_after_another(between: str) -> None:
    found = read(ONE, TWO, between=between)
    assert [one.name for one in found.roles] == ["a", "b"]
    assert json.loads(found.managed[SHARED]) == document(allow("s3:*"))


def test_a_list_of_pages_and_a_byte_order_mark_are_the_same() -> None:
    listed = read_details(b"\xef\xbb\xbf" + json.dumps([ONE, TWO]).encode(), "file.json")
    assert listed == read(ONE, TWO)


def test_what_is_known_of_a_role() -> None:
    tags = [{"Key": "team", "Value": "b"}, {"Key": "a", "Value": "c"}]
    boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": SHARED}
    (found,) = read(page(detail("a", attached=[SHARED], Tags=tags, PermissionsBoundary=boundary))).roles
    assert (found.attached, found.boundary) == ((SHARED,), SHARED)
    assert found.tags == (("a", "c"), ("team", "b"))
    assert (found.created, found.last_used) == ("2024-01-01T00:00:00Z", "2026-11-01T00:00:00Z")


@pytest.mark.parametrize(("more", "last_used"), [({"RoleLastUsed": {}}, ""), ({"RoleLastUsed": None}, None)])
def test_never_used_is_not_never_asked(more: dict[str, Any], last_used: str | None) -> None:
    (found,) = read(page(detail("a", **more))).roles
    assert found.last_used == last_used


def test_a_document_as_url_encoded_text() -> None:
    encoded = detail("a", allow("s3:GetObject"))
    text = json.dumps(encoded["RolePolicyList"][0]["PolicyDocument"])
    encoded["RolePolicyList"][0]["PolicyDocument"] = quote(text)
    assert read(page(encoded)).roles[0].inline[0].text == text


def test_service_linked_roles_are_left_out_and_a_role_counts_once() -> None:
    linked = detail("linked", Path="/aws-service-role/x.amazonaws.com/")
    assert [one.name for one in read(page(linked, detail("a"), detail("a"))).roles] == ["a"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{", "`file.json`: input data was truncated"),
        (b"hello", "`file.json`: invalid character (byte 0)"),
        (b"{} x", "`file.json`: invalid character"),
        (b"{}", "does not hold the roles of an account"),
        (b"[]", "does not hold the roles of an account"),
        (b'{"Roles": []}', "does not hold the roles of an account"),
        (b'{"RoleDetailList": {}}', "expected `array | null`, got `object`"),
        (b'{"RoleDetailList": [{"RoleName": "a"}]}', "file.json: role 1: object missing required field `Arn`"),
        (json.dumps(ONE).encode(), "ends before the last page"),
        (b'{"RoleDetailList": [{"RoleName": "a", "Arn": "b", "AssumeRolePolicyDocument": {"\xff": 1}}]}', "not UTF-8"),
    ],
)
def test_what_is_no_such_answer(data: bytes, says: str) -> None:
    with pytest.raises(MalformedInput) as raised:
        read_details(data, "file.json")
    assert says in raised.value.message
    assert raised.value.help
