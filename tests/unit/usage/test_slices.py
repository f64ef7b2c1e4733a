"""Records are cut out of the text of a log by their caller's ARN; where a cut is doubtful there is none."""

import json
from typing import Any

import pytest

from secrets_cli.usage.chunks import Span
from secrets_cli.usage.slices import Slices
from tests.cloudtrail_records import ACCOUNT, ROLE, USER, record, role_identity, user_identity

OTHER = f"arn:aws:iam::{ACCOUNT}:role/other"


def compact(*records: dict[str, Any]) -> bytes:
    return json.dumps(records, separators=(",", ":")).encode()


def cut(text: bytes, *principals: str) -> Any:
    """Of a list of records: what is before and after them in the text is not looked at."""
    around = b'"arn":"%s","roleArn" : "%s"},{"eventVersion":"\\/' % (ROLE.encode(), ROLE.encode())
    span = Span(around + text[1:-1] + around, len(around), len(around) + len(text) - 2)
    found = Slices(frozenset(principals or (ROLE,))).cut(span)
    return None if found is None else json.loads(found)


def own(number: int) -> dict[str, Any]:
    return record(eventID=str(number))


def others(number: int, **changes: Any) -> dict[str, Any]:
    return record(eventID=str(number), userIdentity=role_identity(OTHER), **changes)


@pytest.mark.parametrize(
    "places", [(), (0,), (3,), (1, 2), (0, 3), (0, 1, 2, 3)], ids=["none", "first", "last", "two", "ends", "all"]
)
def test_the_records_of_a_principal_are_cut_out(places: tuple[int, ...]) -> None:
    listed = [own(number) if number in places else others(number) for number in range(4)]
    assert cut(compact(*listed)) == [listed[place] for place in places]


def test_each_of_several_principals_is_found_in_the_order_of_the_text() -> None:
    listed = [own(0), record(userIdentity=user_identity()), others(1), own(2)]
    assert cut(compact(*listed), ROLE, USER) == [listed[0], listed[1], listed[3]]


def test_another_key_with_the_arn_is_no_caller() -> None:
    assert cut(compact(others(1, requestParameters={"roleArn": ROLE, "role-arn": ROLE}))) == []


def test_a_record_that_names_the_arn_twice_is_cut_out_once() -> None:
    one = record(requestParameters={"arn": ROLE})
    assert cut(compact(others(1), one, others(2))) == [one]


@pytest.mark.parametrize(
    ("found", "written"),
    [
        (b'"arn":"', b'"arn": "'),
        (b'"arn":"', b'"arn" :"'),
        (b'"arn":"', b'"\\u0061rn":"'),
        (b"role/apps", b"role\\/apps"),
        (b"role/apps", b"r\\u006fle/apps"),
        (b"role/apps", b"role\\u002Fapps"),
    ],
    ids=["space-after", "space-before", "escaped-key", "slash", "letter", "slash-by-number"],
)
def test_an_arn_written_in_another_way_is_not_missed(found: bytes, written: bytes) -> None:
    assert cut(compact(others(1), own(2), others(3)).replace(found, written)) is None


@pytest.mark.parametrize("text", ['a "quoted" \\ text', "\u4e16 \U0001f600", "a\tb\n"])
def test_escapes_of_other_characters_are_no_doubt(text: str) -> None:
    listed = [others(1, requestParameters={"note": text}), own(2)]
    assert cut(compact(*listed)) == [listed[1]]


def test_a_list_of_objects_like_records_inside_a_record_is_no_json_when_it_is_cut() -> None:
    inner = [{"eventVersion": "1.08", "n": number} for number in range(3)]
    with pytest.raises(json.JSONDecodeError):
        cut(compact(record(requestParameters={"list": inner})))


@pytest.mark.parametrize(
    ("principals", "can_cut"),
    [
        ((ROLE,), True),
        (tuple(f"{ROLE}{number}" for number in range(8)), True),
        (tuple(f"{ROLE}{number}" for number in range(9)), False),
        ((f'{ROLE}"',), False),
        ((f"{ROLE}\u00e9",), False),
        ((), False),
    ],
    ids=["one", "eight", "nine", "quote", "not-ascii", "none"],
)
def test_only_a_few_plain_arns_are_searched_for(principals: tuple[str, ...], can_cut: bool) -> None:
    assert Slices(frozenset(principals)).can_cut is can_cut
