"""Visibility errs to one side: what is called visible is logged, whatever the selectors.

The filter here is CloudTrail's own, written once more over the raw documents and single events, without a pattern.
"""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from secrets_cli.catalog.load import load_catalog
from secrets_cli.iam.pattern import matches
from secrets_cli.usage.selectors import parse_selectors
from secrets_cli.usage.visibility import Sight, State, action_visibility, hidden

CALLS = {
    "s3:GetObject": (("GetObject", True), ("HeadObject", True), ("SelectObjectContent", True), ("CopyObject", False)),
    "s3:PutObject": (("PutObject", False), ("CreateMultipartUpload", False), ("CopyObject", False)),
    "s3:DeleteObject": (("DeleteObject", False), ("DeleteObjects", False)),
}
"""Some calls that need each action, with their `readOnly`."""
ARNS = tuple(f"arn:aws:s3:::{bucket}/{key}" for bucket in ("a", "ab", "b") for key in ("x", "in/x", "in/y.log"))
PATTERNS = (
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::a*",
    "arn:aws:s3:::a/*",
    "arn:aws:s3:::a/in/*",
    "arn:aws:s3:::b/x",
    "arn:aws:s3:::?/x",
)
NAMES = tuple(sorted({name for calls in CALLS.values() for name, _ in calls}))

_arn_texts = st.sampled_from(
    (
        "arn:aws:s3:::a/",
        "arn:aws:s3:::a",
        "arn:aws:s3:::b/x",
        "arn:aws:s3:::a/in/",
        ".log",
        "/x",
        "arn:aws:s3",
        "arn:aws:s3:::",
    )
)
_name_texts = st.sampled_from((*NAMES, "Get", "Object", "Copy"))


def _operators(texts: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, list[str]]]:
    names = ("Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith")
    return st.dictionaries(st.sampled_from(names), st.lists(texts, min_size=1, max_size=2), min_size=1, max_size=2)


@st.composite
def _advanced(draw: st.DrawFn) -> dict[str, Any]:
    fields: list[dict[str, Any]] = [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": [draw(st.sampled_from(("AWS::S3::Object", "AWS::SQS::Queue")))]},
    ]
    if draw(st.booleans()):
        fields.append({"Field": "readOnly", "Equals": [draw(st.sampled_from(("true", "false")))]})
    if draw(st.booleans()):
        fields.append({"Field": "eventName", **draw(_operators(_name_texts))})
    if draw(st.booleans()):
        fields.append({"Field": "resources.ARN", **draw(_operators(_arn_texts))})
    return {"FieldSelectors": fields}


@st.composite
def _classic(draw: st.DrawFn) -> dict[str, Any]:
    values = draw(
        st.lists(st.sampled_from(("arn:aws:s3", "arn:aws:s3:::", "arn:aws:s3:::a/", "arn:aws:s3:::a/in/")), max_size=2)
    )
    return {
        "ReadWriteType": draw(st.sampled_from(("All", "ReadOnly", "WriteOnly"))),
        "IncludeManagementEvents": True,
        "DataResources": [{"Type": "AWS::S3::Object", "Values": values}],
    }


documents = st.one_of(
    st.lists(_advanced(), min_size=1, max_size=3).map(lambda found: {"AdvancedEventSelectors": found}),
    st.lists(_classic(), min_size=1, max_size=3).map(lambda found: {"EventSelectors": found}),
)


def logged(document: dict[str, Any], name: str, read_only: bool, arn: str) -> bool:
    """Whether a trail with the document's selectors logs the data event on one S3 object."""
    event = {
        "eventCategory": "Data",
        "resources.type": "AWS::S3::Object",
        "readOnly": "true" if read_only else "false",
        "eventName": name,
        "resources.ARN": arn,
    }
    return any(
        all(_passes(field, event[field["Field"]]) for field in selector["FieldSelectors"])
        for selector in document.get("AdvancedEventSelectors", ())
    ) or any(
        selector["ReadWriteType"] in ("All", "ReadOnly" if read_only else "WriteOnly")
        and any(arn.startswith(value) for resource in selector["DataResources"] for value in resource["Values"])
        for selector in document.get("EventSelectors", ())
    )


def _passes(field: dict[str, Any], text: str) -> bool:
    selecting = [
        text in field.get("Equals", ()),
        any(text.startswith(value) for value in field.get("StartsWith", ())),
        any(text.endswith(value) for value in field.get("EndsWith", ())),
    ]
    leaving_out = [
        text in field.get("NotEquals", ()),
        any(text.startswith(value) for value in field.get("NotStartsWith", ())),
        any(text.endswith(value) for value in field.get("NotEndsWith", ())),
    ]
    has_selecting = any(name in field for name in ("Equals", "StartsWith", "EndsWith"))
    return (any(selecting) or not has_selecting) and not any(leaving_out)


@given(documents, st.sampled_from(sorted(CALLS)), st.sampled_from(PATTERNS))
def test_what_is_visible_on_a_pattern_is_logged(document: dict[str, Any], action: str, pattern: str) -> None:
    sight = Sight(selectors=(parse_selectors(json.dumps(document), "s.json"),))
    if hidden(sight, action, pattern, None, load_catalog()):
        return
    for name, read_only in CALLS[action]:
        for arn in ARNS:
            if matches(pattern, arn):
                assert logged(document, name, read_only, arn), (name, arn)


@given(documents, st.sampled_from(sorted(CALLS)))
def test_what_is_invisible_is_never_logged(document: dict[str, Any], action: str) -> None:
    sight = Sight(selectors=(parse_selectors(json.dumps(document), "s.json"),))
    if action_visibility(sight, action, load_catalog()).state is State.INVISIBLE:
        assert not any(logged(document, name, read, arn) for name, read in CALLS[action] for arn in ARNS)


@given(documents, documents, st.sampled_from(sorted(CALLS)), st.sampled_from(PATTERNS))
def test_another_trail_s_logs_hide_nothing(
    one: dict[str, Any], other: dict[str, Any], action: str, pattern: str
) -> None:
    first, second = (parse_selectors(json.dumps(document), "s.json") for document in (one, other))
    catalog = load_catalog()
    if not hidden(Sight(selectors=(first,)), action, pattern, None, catalog):
        assert not hidden(Sight(selectors=(first, second)), action, pattern, None, catalog)
