"""Labels before they are sent, versions chosen, and the tree of a list."""

from datetime import UTC, datetime

import pytest

from secrets_cli.aws.parameters import Described, Version
from secrets_cli.errors import ConfigurationError, NotThere
from secrets_cli.secrets.store.history import chosen_version
from secrets_cli.secrets.store.labelling import LabelChange, checked_labels, planned
from secrets_cli.secrets.store.listing import Listed, tree_lines
from secrets_cli.secrets.store.words import plain_name, words_for_aws

THEN = datetime(2026, 1, 1, tzinfo=UTC)
ARN = "arn:aws:ssm:us-east-1:123456789012:parameter"


def _version(number: int, *labels: str) -> Version:
    return Version(number, "SecureString", None, labels, THEN, "", "alias/k", "Standard", "", "", (), "text")


def _listed(name: str) -> Listed:
    arn = f"{ARN}/{name.removeprefix('/')}"
    return Listed(Described(name, arn, "SecureString", 1, THEN, "", "k", "Standard", "", "", (), "text"), None, None)


@pytest.mark.parametrize("label", ["good", "_x", ".y", "-z", "a" * 100, "Rel-1.2_3", "notaws"])
def test_labels_that_aws_takes(label: str) -> None:
    assert checked_labels([label, label]) == (label,)


@pytest.mark.parametrize("label", ["", "1x", "aws-x", "AWSx", "ssm", "Ssm.1", "a" * 101, "a b", "a/b", "ä"])
def test_labels_that_aws_does_not_take(label: str) -> None:
    with pytest.raises(ConfigurationError):
        checked_labels([label])


def test_more_than_ten_labels_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="at most 10 labels"):
        checked_labels([f"l{number}" for number in range(11)])
    crowded = (_version(1, *(f"l{number}" for number in range(9))), _version(2, "x"))
    with pytest.raises(ConfigurationError, match="would have 11 labels"):
        planned("/a", crowded, "add", ("n1", "n2"), 1)


def test_a_label_is_added_moved_and_removed() -> None:
    versions = (_version(3, "old"), _version(4), _version(5, "live"))
    assert planned("/a", versions, "add", ("new",), None) == (LabelChange("new", None, 5),)
    assert planned("/a", versions, "add", ("live",), None)[0].is_change is False
    assert planned("/a", versions, "move", ("old",), 4) == (LabelChange("old", 3, 4),)
    assert planned("/a", versions, "move", ("old",), None) == (LabelChange("old", 3, 5),)
    assert planned("/a", versions, "remove", ("old",), None) == (LabelChange("old", 3, None),)
    assert planned("/a", versions, "remove", ("old",), 3) == (LabelChange("old", 3, None),)


@pytest.mark.parametrize(
    ("verb", "label", "version", "error", "said"),
    [
        ("add", "old", 5, ConfigurationError, "is on version 3"),
        ("move", "none", None, NotThere, "no version of `/a` has the label `none`"),
        ("remove", "none", None, NotThere, "no version of `/a` has the label `none`"),
        ("remove", "old", 5, ConfigurationError, "is on version 3, not on 5"),
        ("add", "x", 9, NotThere, "has no version 9"),
    ],
)
def test_what_would_surprise_is_refused_with_the_way_out(
    verb: str, label: str, version: int | None, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said) as raised:
        planned("/a", (_version(3, "old"), _version(5)), verb, (label,), version)
    assert getattr(raised.value, "help", "")


def test_a_version_is_chosen_by_number_or_label() -> None:
    versions = (_version(3, "old"), _version(5))
    assert chosen_version("/a", versions, "5").number == 5
    assert chosen_version("/a", versions, "old").number == 3
    with pytest.raises(NotThere, match="no version or label `4`") as raised:
        chosen_version("/a", versions, "4")
    assert "versions 3 to 5 are kept" in raised.value.help


def test_the_tree_joins_lonely_folders_and_keeps_parameters_that_are_folders() -> None:
    names = ["/a/b/c/one", "/a/b/c/two", "/a/b/c/two/deep", "/z", "z", "plain"]
    lines = [(line.guide + line.label, line.listed is not None) for line in tree_lines(map(_listed, names))]
    assert lines == [
        ("/a/b/c/", False),
        ("├─ one", True),
        ("└─ two/", True),
        ("   └─ deep", True),
        ("/z", True),
        ("plain", True),
        ("z", True),
    ]


def test_no_parameters_are_no_lines() -> None:
    assert tree_lines(()) == ()


def test_words_for_aws() -> None:
    arn = f"{ARN}/a/b"
    assert words_for_aws(["/a/b:3", "x:good", arn, arn], "us-east-1") == ("/a/b:3", "x:good", arn)
    with pytest.raises(ConfigurationError, match="is in `us-east-1`, and `eu-west-1` is called"):
        words_for_aws([arn], "eu-west-1")
    with pytest.raises(ConfigurationError, match="selects a version"):
        plain_name("/a/b:3", "a single version cannot be deleted")


def test_a_parameter_of_aws_may_be_read() -> None:
    assert words_for_aws(["/aws/service/global-infrastructure/version"], "us-east-1")
