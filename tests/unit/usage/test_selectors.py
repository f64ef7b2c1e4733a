"""Reading event selectors: what a selector takes, and what is no selector."""

import json

import pytest

from secrets_cli.errors import MalformedInput
from secrets_cli.usage.selectors import Category, Texts, parse_selectors
from tests.unit.usage.made_selectors import (
    TRAIL,
    advanced_selectors,
    classic,
    classic_selectors,
    data,
    field,
    management,
    resources,
)


def test_the_default_of_a_trail_is_all_management_events() -> None:
    found = classic_selectors(classic(ExcludeManagementEventSources=[]))
    assert found.trail == TRAIL
    (only,) = found.selections
    assert (only.category, only.reads, only.writes, only.sources) == (Category.MANAGEMENT, True, True, Texts())


def test_a_classic_selector_gives_one_selection_for_each_resource() -> None:
    found = classic_selectors(
        classic(
            "WriteOnly",
            IncludeManagementEvents=False,
            DataResources=[
                resources("AWS::S3::Object", "arn:aws:s3:::a/", "arn:aws:s3:::b"),
                resources("AWS::Lambda::Function", "arn:aws:lambda"),
                resources("AWS::DynamoDB::Table", "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"),
            ],
        )
    )
    assert {s.category for s in found.selections} == {Category.DATA}
    assert not any(s.reads for s in found.selections)
    assert [s.arns for s in found.selections] == [
        Texts(starts_with=("arn:aws:s3:::a/",)),
        Texts(starts_with=("arn:aws:s3:::b/",)),
        Texts(starts_with=("arn:aws:lambda",)),
        Texts(equals=("arn:aws:dynamodb:eu-west-1:123456789012:table/orders",)),
    ]


def test_no_values_take_nothing() -> None:
    selectors = classic(IncludeManagementEvents=False, DataResources=[resources("AWS::S3::Object")])
    assert classic_selectors(selectors).selections == ()


def test_advanced_selectors_keep_each_condition() -> None:
    (found,) = advanced_selectors(
        data(
            "AWS::S3::Object",
            field("readOnly", Equals=["false"]),
            field("eventName", Equals=["PutObject"]),
            field("resources.ARN", NotStartsWith=["arn:aws:s3:::logs/"]),
            field("userIdentity.arn", EndsWith=["/app"]),
            field("sessionCredentialFromConsole", Equals=["true"]),
        )
    ).selections
    assert (found.category, found.type, found.reads, found.writes) == (Category.DATA, "AWS::S3::Object", False, True)
    assert found.names == Texts(equals=("PutObject",))
    assert found.arns == Texts(not_starts_with=("arn:aws:s3:::logs/",))
    assert found.callers == Texts(ends_with=("/app",))
    assert found.beyond == ("sessionCredentialFromConsole",)


def test_a_field_that_is_asked_twice_is_certain_of_nothing() -> None:
    (found,) = advanced_selectors(
        data("AWS::S3::Object", field("eventName", Equals=["PutObject"]), field("eventName", Equals=["GetObject"]))
    ).selections
    assert found.beyond == ("eventName",)


def test_other_categories_are_named_and_take_nothing() -> None:
    network: dict[str, object] = {"FieldSelectors": [field("eventCategory", Equals=["NetworkActivity"])]}
    found = advanced_selectors(management(), network)
    assert [s.category for s in found.selections] == [Category.MANAGEMENT]
    assert found.others == ("NetworkActivity",)


@pytest.mark.parametrize(
    ("texts", "pattern", "for_all", "for_some"),
    [
        (Texts(), "*", True, True),
        (Texts(equals=("a",)), "a", True, True),
        (Texts(equals=("a",)), "a*", False, True),
        (Texts(starts_with=("b/",)), "b/x/*", True, True),
        (Texts(starts_with=("b/",)), "b*", False, True),
        (Texts(starts_with=("b/",)), "c/*", False, False),
        (Texts(ends_with=(".log",)), "*.log", True, True),
        (Texts(equals=("a", "b")), "b", True, True),
        (Texts(equals=("a",), starts_with=("b",)), "bc", True, True),
        (Texts(not_equals=("a",)), "a", False, False),
        (Texts(not_equals=("a",)), "a*", False, True),
        (Texts(not_starts_with=("b/",)), "c/*", True, True),
        (Texts(starts_with=("b/",), not_starts_with=("b/logs/",)), "b/*", False, True),
        (Texts(starts_with=("b/",), not_starts_with=("b/logs/",)), "b/in/*", True, True),
        (Texts(starts_with=("b*",)), "bx", False, True),
        (Texts(not_equals=("?",)), "x", False, True),
    ],
)
def test_what_texts_hold_for(texts: Texts, pattern: str, for_all: bool, for_some: bool) -> None:
    assert (texts.hold_for_all(pattern), texts.hold_for_some(pattern)) == (for_all, for_some)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("", "`s.json:1:1` is not JSON"),
        ("[]", "`s.json` is not a JSON object"),
        ("{}", "`s.json` has neither `EventSelectors` nor `AdvancedEventSelectors`"),
        ('{"EventSelectors": {}}', "`s.json`: `EventSelectors` is not a list"),
        ('{"EventSelectors": [1]}', "`s.json`: `EventSelectors[0]` is not a JSON object"),
        ('{"EventSelectors": [{"ReadWriteType": "Some"}]}', "`EventSelectors[0].ReadWriteType` is none of"),
        ('{"EventSelectors": [{"IncludeManagementEvents": "yes"}]}', "is neither true nor false"),
        ('{"EventSelectors": [{"DataResources": [{"Type": 1, "Values": []}]}]}', "DataResources[0].Type` is no text"),
        ('{"EventSelectors": [{"DataResources": [{"Values": [1]}]}]}', "DataResources[0].Values[0]` is no text"),
        (
            '{"EventSelectors": [{"DataResources": [{"Type": "a\\u001b[1m"}]}]}',
            "Type` holds a character that cannot be shown",
        ),
        ('{"AdvancedEventSelectors": [{"FieldSelectors": [{}]}]}', "FieldSelectors[0]` has no `Field`"),
        ('{"AdvancedEventSelectors": [{"FieldSelectors": []}]}', "does not say which `eventCategory` it takes"),
    ],
)
def test_what_is_no_selector_is_refused_with_its_place(document: str, said: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        parse_selectors(document, "s.json")
    assert said in caught.value.message
    assert "get-event-selectors" in caught.value.help


def test_data_events_without_a_type_are_refused() -> None:
    text = json.dumps({"AdvancedEventSelectors": [{"FieldSelectors": [field("eventCategory", Equals=["Data"])]}]})
    with pytest.raises(MalformedInput, match=r"without a `resources\.type`"):
        parse_selectors(text, "s.json")
