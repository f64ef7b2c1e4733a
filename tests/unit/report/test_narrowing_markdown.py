"""The report for a pull request: nothing in it is read as markup that is not ours, and it fits into a comment."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from markdown_it import MarkdownIt

from secrets_cli.narrow.narrowing import Narrowing, RemovedAction
from secrets_cli.report.markdown_parts import LONGEST, Part, within
from secrets_cli.report.narrowing_markdown import MARK, narrowing_markdown
from secrets_cli.report.narrowing_report import Reported
from tests.unit.narrow.cases import allow, narrowed, policy, usage_of, use
from tests.unit.report.narrowing_samples import HOSTILE_WORDS, blocked, hostile, ordinary, reported, unproven

OURS = re.compile(
    r"<!-- secrets-cli role narrow -->|</details>|<sub>catalog of [\w ,:-]*</sub>"
    r"|<details><summary>(?:<code>[A-Za-z0-9]*</code> )?[\w ,:-]*</summary>"
)


def tokens_of(text: str) -> list[Any]:
    return MarkdownIt("commonmark").enable(["table"]).parse(text)


@pytest.mark.parametrize("word", HOSTILE_WORDS)
def test_hostile_words_are_no_markup(word: str) -> None:
    """Read as GitHub reads it: no link, image, HTML, heading or mention of the word's own outside code."""
    tokens = tokens_of(narrowing_markdown(hostile(word)))
    for one in tokens:
        if one.type == "html_block":
            assert all(OURS.fullmatch(line) for line in one.content.strip().split("\n")), one.content
    inline = [child for one in tokens if one.type == "inline" for child in one.children or []]
    html = [child.content for child in inline if child.type == "html_inline"]
    assert set(html) <= {"<sub>", "</sub>"}
    assert not {child.type for child in inline} & {"link_open", "image"}
    prose = " ".join(child.content for child in inline if child.type == "text")
    assert not re.search(r"@|#\d|https?:|www\.|GH-\d", prose)
    plain = tokens_of(narrowing_markdown(hostile("word")))
    for kind in ("heading_open", "tr_open", "td_open", "fence", "list_item_open", "blockquote_open"):
        assert sum(one.type == kind for one in tokens) == sum(one.type == kind for one in plain), kind


@pytest.mark.parametrize("word", HOSTILE_WORDS)
def test_the_policy_can_be_taken_out_of_its_fence(word: str) -> None:
    sample = hostile(word)
    (fence,) = [one for one in tokens_of(narrowing_markdown(sample)) if one.type == "fence"]
    assert fence.info == "json"
    (allowed, denied) = json.loads(fence.content)["Statement"][-2:]
    assert (allowed["Effect"], denied["Effect"]) == ("Allow", "Deny")
    assert word in denied["Resource"]
    assert fence.content.isascii()


def test_the_report_says_all_there_is() -> None:
    text = narrowing_markdown(ordinary())
    for part in (
        f"{MARK}\n## Role narrowed: `role/orders-dev`",
        "**Proven**",
        "- holds: 7 of 7 observed requests",
        "- **accepted**: `b.json#3`",
        "| `iam:CreateUser` | `arn:aws:iam::123456789012:user/x` | 2 |",
        "### Policy\n\n```json",
        "could give itself every permission",
        "| can return log-ins to databases | any resource | `redshift:GetClusterCredentials` |",
        "`sqs:SendMessage` (kept)",
        "made of 6 resources seen in the logs, such as",
        "> the catalog knows no action `s3:Nonsense`",
        "- `dynamodb:GetItem`: 3 events `dynamodb.amazonaws.com:GetItem`",
    ):
        assert part in text, part


def test_a_failed_proof_shows_no_policy() -> None:
    text = narrowing_markdown(unproven())
    assert "## Role not narrowed" in text
    assert "**fails**: 1 of 2 observed requests" in text
    assert "| `s3:GetObject` | `arn:aws:s3:::orders-files/a` | no statement of the present policies allows it |" in text
    assert "```json" not in text
    assert "What stands behind" not in text


def test_what_blocks_is_shown_in_place_of_a_narrowing() -> None:
    text = narrowing_markdown(blocked())
    assert "**Not narrowed**: 1 gap in the evidence." in text
    assert "- **blocks**: `a.json#1`: no `eventName`" in text
    assert "accept a gap with `--accept-gap NAME`" in text
    assert "### Policy" not in text


def test_a_report_fits_into_a_comment_and_says_what_is_missing() -> None:
    many = [use("s3:GetObject", f"arn:aws:s3:::bucket-{n}/é{'x' * 60}") for n in range(900)]
    usage = usage_of(*many)
    result = narrowed(usage, policy(allow("s3:*")))
    text = narrowing_markdown(reported(result, usage))
    assert len(text.encode()) <= LONGEST
    assert "not shown here, as there is no room." in text
    assert text.count("<details>") == text.count("</details>")
    assert text.count("```") % 2 == 0


@pytest.mark.parametrize("longest", range(2_000, 14_000, 500))
def test_it_is_never_longer_than_asked_and_never_half(longest: int) -> None:
    text = narrowing_markdown(ordinary(), longest)
    assert len(text.encode()) <= longest
    assert text.count("<details>") == text.count("</details>")
    assert text.count("```") % 2 == 0
    assert text.startswith(MARK)


def test_what_must_not_be_missed_is_kept_longest() -> None:
    short = narrowing_markdown(ordinary(), 4_500)
    assert "b.json#3" in short
    assert "iam:CreateUser" in short
    assert "<summary><code>" not in short


def test_removed_actions_of_one_kind_are_told_together() -> None:
    sample = ordinary()
    assert isinstance(sample.result, Narrowing)
    removed = tuple(RemovedAction(f"kms:{name}", ("*",), "unused") for name in ("Decrypt", "ReEncryptFrom"))
    text = narrowing_markdown(Reported(replace(sample.result, removed=removed), sample.coverage, sample.catalog))
    assert "### Removed: 2 actions, the worst first" in text
    assert "| can read what KMS keys encrypt | any resource | `kms:Decrypt`, `kms:ReEncryptFrom` |" in text
    assert "other action" not in text


def test_a_proof_that_fails_often_fits_as_well() -> None:
    many = [use("s3:GetObject", f"arn:aws:s3:::bucket-{n}/{'x' * 60}") for n in range(900)]
    usage = usage_of(*many)
    text = narrowing_markdown(reported(narrowed(usage, policy(allow("s3:PutObject"))), usage))
    assert len(text.encode()) <= LONGEST
    assert "- **fails**: 0 of 900 observed requests" in text
    assert "requests not shown here" in text


def test_parts_without_items_say_nothing() -> None:
    assert within(1_000, ["head"], [Part(["# a"], [], "thing"), Part(["# b"], ["c"], "thing")]) == "head\n# b\nc\n"
