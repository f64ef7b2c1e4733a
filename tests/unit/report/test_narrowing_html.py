"""The HTML page: one file that asks for nothing, whatever the names in it."""

import base64
import hashlib
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from secrets_cli.report.narrowing_html import narrowing_html
from secrets_cli.report.narrowing_report import Reported
from tests.unit.report.narrowing_samples import HOSTILE_WORDS, blocked, hostile, ordinary, unproven

VOID = {"meta"}
TAGS = set(
    re.findall(
        r"\w+",
        "html head meta title style body main header footer section article div span h1 h2 h3 p ul li code pre b i time "
        "details summary svg rect",
    )
)
ATTRIBUTES = set(
    re.findall(
        r"[\w-]+",
        "lang charset http-equiv content name class role aria-label aria-hidden viewbox preserveaspectratio x y width height",
    )
)


class Page(HTMLParser):
    """Reads a page, and fails on a tag that is not closed, not ours, or has an attribute that is not ours."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.text: list[str] = []
        self.metas: dict[str, str] = {}
        self.style = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        assert {name for name, _ in attrs} <= ATTRIBUTES, attrs
        self.tags.append(tag)
        if tag == "meta":
            values = dict(attrs)
            self.metas[values.get("http-equiv") or values.get("name") or "charset"] = values.get("content") or ""
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag == "rect"
        assert {name for name, _ in attrs} <= ATTRIBUTES, attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.text.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


@pytest.mark.parametrize("word", HOSTILE_WORDS)
def test_hostile_words_are_text_and_nothing_else(word: str) -> None:
    plain = Page(narrowing_html(hostile("word")))
    page = Page(narrowing_html(hostile(word)))
    assert page.tags == plain.tags  # no word adds, closes or hides an element
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", page.words)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", "".join(page.metas.values()))


def test_hostile_words_are_shown_as_they_are() -> None:
    words = Page(narrowing_html(hostile("<script>alert(1)</script>"))).words
    assert words.count("<script>alert(1)</script>") > 20
    assert "{{ 7 + 7 }}" in Page(narrowing_html(hostile("{{ 7 + 7 }}"))).words


@pytest.mark.parametrize("sample", [ordinary, blocked, unproven, lambda: hostile(HOSTILE_WORDS[0])])
def test_the_page_asks_for_nothing(sample: Callable[[], Reported]) -> None:
    text = narrowing_html(sample())
    assert not re.search(
        r"(?i)\b(?:src|href|action|srcset|data|poster|background)\s*=", re.sub(r"content=\"[^\"]*\"", "", text)
    )
    page = Page(text)
    assert not {"script", "link", "iframe", "object", "img", "form", "base"} & set(page.tags)
    assert not re.search(r"(?i)url\(|@import|expression|https?:", page.style)


def test_the_policy_of_the_page_allows_its_own_style_alone() -> None:
    page = Page(narrowing_html(ordinary()))
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert page.metas["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_the_page_is_the_same_each_time() -> None:
    assert narrowing_html(ordinary()) == narrowing_html(ordinary())


def test_the_page_shows_all_there_is() -> None:
    words = Page(narrowing_html(ordinary())).words
    for part in (
        "proven",
        "it grants nothing that the present policies do not grant",
        "7 of 7 observed requests",
        "1 gap in the evidence accepted : b.json#3",
        "the catalog knows no action `s3:Nonsense`",
        "could not be seen in these logs",
        "Asked for, denied by AWS, and not granted iam:CreateUser arn:aws:iam::123456789012:user/x 2 events",
        "S3GetObjectOrdersFilesInObjects",
        "made of 6 resources seen in the logs",
        "id-s3:GetObject-arn:aws:s3:::orders-files/in/0",
        "a Deny, kept word for word",
        "1 way to more permissions closed",
        "could give itself every permission: put an inline policy that allows everything on its own role",
        "can return log-ins to databases",
        "can read secrets in Secrets Manager",
        "2026-03-01 to 2026-03-02",
        "catalog of 20",
    ):
        assert part.replace(" to ", " ") in words.replace(" to ", " "), part


def test_the_worst_that_went_is_shown_first() -> None:
    words = Page(narrowing_html(ordinary())).words
    order = ["Steps to more permissions", "Returns credentials", "Opens resources to others", "Manages permissions"]
    order += ["Reads stored data", "Writes: ", "Tags: ", "Reads settings: ", "Lists: "]
    places = [words.index(title) for title in order]
    assert places == sorted(places)


def test_a_failed_proof_shows_no_policy() -> None:
    text = narrowing_html(unproven())
    page = Page(text)
    assert "not proven" in page.words
    assert "no statement of the present policies allows it" in page.words
    assert "pre" not in page.tags
    assert '"Version"' not in page.words


def test_what_blocks_is_shown_in_place_of_a_narrowing() -> None:
    page = Page(narrowing_html(blocked("<i>odd</i>")))
    assert "not narrowed" in page.words
    assert "blocks : a.json#1 : <i>odd</i>" in page.words
    assert "mend it: <i>odd</i>" in page.words
    assert "accept a gap with --accept-gap NAME" in page.words
    assert "svg" not in page.tags


def test_colours_are_told_apart_by_weak_eyes() -> None:
    """WCAG 2 AA: text has a contrast of 4.5 to 1, marks of a picture 3 to 1."""
    style = Page(narrowing_html(ordinary())).style
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in (style.partition("@media")[0], _dark(style))
    )
    texts = [("ink", "page"), ("ink", "card"), ("ink", "faint"), ("soft", "page"), ("soft", "card"), ("soft", "faint")]
    texts += [("accent", "card"), ("bad", "card"), ("info", "card"), ("key", "card"), ("text", "card")]
    texts += [(name, f"{name}-bg") for name in ("good", "bad", "warn", "info")]
    for scheme in (light, light | dark):
        for front, back in texts:
            assert _contrast(scheme[front], scheme[back]) >= 4.5, (front, back)
        for front, back in (("accent", "faint"), ("bad", "faint"), ("s4", "faint"), ("accent", "before")):
            assert _contrast(scheme[front], scheme[back]) >= 3, (front, back)


def _dark(style: str) -> str:
    return style.split("@media (prefers-color-scheme: dark)", 1)[1].split("}\n}", 1)[0]


def _contrast(one: str, other: str) -> float:
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
