"""One judgement with one of everything, in each format; and one of hostile words, which nothing of may take effect."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from markdown_it import MarkdownIt
from syrupy.assertion import SnapshotAssertion

from secrets_cli.catalog.load import load_catalog
from secrets_cli.gate.judgement import Judgement
from secrets_cli.report.gate_github import gate_github
from secrets_cli.report.gate_json import gate_json
from secrets_cli.report.gate_markdown import gate_markdown
from secrets_cli.report.gate_sarif import gate_sarif
from secrets_cli.report.gate_text import GateText
from secrets_cli.report.markdown_parts import LONGEST
from secrets_cli.severity import Severity
from tests.unit.report.gate_samples import BY_ID, HOSTILE_WORDS, ORDINARY, RULES, finding, hostile

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
COMMAND = re.compile(r"\s*::(error|warning|notice) (?:(?:file|line|col|title)=[^:,\r\n]*,?)+::[^\r\n]*")


def text_of(judgement: Judgement, **more: Any) -> str:
    return GateText(BY_ID, judgement.texts.get, **more).whole(judgement)


def sarif_errors(document: Any, checkout: Path) -> list[str]:
    schema = json.loads((checkout / "tests/data/sarif/sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
    return [f"{list(error.path)}: {error.message[:200]}" for error in validator.iter_errors(document)]


def test_text(snapshot: SnapshotAssertion) -> None:
    assert text_of(ORDINARY) == snapshot


def test_text_in_colour_says_the_same() -> None:
    coloured = text_of(ORDINARY, colour=True)
    assert "\x1b[1;31mhigh\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text_of(ORDINARY)


def test_one_liners(snapshot: SnapshotAssertion) -> None:
    assert GateText(BY_ID, ORDINARY.texts.get).one_liners(ORDINARY) == snapshot


def test_json(checkout: Path, snapshot: SnapshotAssertion) -> None:
    document = gate_json(ORDINARY, RULES, load_catalog().header)
    schema = json.loads((checkout / "docs/schemas/gate-1.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json.dumps(document)), schema)
    assert {key: value for key, value in document.items() if key != "catalog"} == snapshot


def test_the_schema_refuses_what_the_contract_does_not_know(checkout: Path) -> None:
    schema = json.loads((checkout / "docs/schemas/gate-1.json").read_text(encoding="utf-8"))
    document = json.loads(json.dumps(gate_json(ORDINARY, RULES, load_catalog().header)))
    for path, value in (("state", "muted"), ("severity", "critical"), ("line", 0), ("fingerprint", "x")):
        broken = json.loads(json.dumps(document))
        broken["findings"][0][path] = value
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, schema)


def test_sarif(checkout: Path, snapshot: SnapshotAssertion) -> None:
    document = json.loads(json.dumps(gate_sarif(ORDINARY, RULES, 14)))
    assert sarif_errors(document, checkout) == []
    assert document == snapshot


def test_the_sarif_schema_is_really_asked(checkout: Path) -> None:
    document = json.loads(json.dumps(gate_sarif(ORDINARY, RULES)))
    document["runs"][0]["results"][0]["level"] = "high"
    assert sarif_errors(document, checkout)


def test_sarif_rules_are_those_that_results_point_at() -> None:
    run: Any = gate_sarif(ORDINARY, RULES)["runs"]
    rules = run[0]["tool"]["driver"]["rules"]
    assert [rules[one["ruleIndex"]]["id"] for one in run[0]["results"]] == [one["ruleId"] for one in run[0]["results"]]
    assert all(float(one["properties"]["security-severity"]) > 0 for one in rules)


def test_a_finding_of_a_rule_that_is_not_listed_is_reported_in_every_format(checkout: Path) -> None:
    judgement = Judgement(findings=(finding("from-elsewhere"),))
    assert "high from-elsewhere" in text_of(judgement)
    assert "from-elsewhere" in gate_markdown(judgement, BY_ID)
    assert "from-elsewhere" in gate_github(judgement, BY_ID)
    assert sarif_errors(json.loads(json.dumps(gate_sarif(judgement, RULES))), checkout) == []


def test_the_fingerprint_of_sarif_does_not_move_with_the_line() -> None:
    moved = replace(finding(), location=replace(finding().location, line=99))
    run: Any = gate_sarif(Judgement(findings=(finding(), moved)), RULES)["runs"]
    prints = [one["partialFingerprints"] for one in run[0]["results"]]
    assert prints == [{"secretsCliFingerprint/v1": "0" * 64}] * 2


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a b/ü%.yml", "a%20b/%C3%BC%25.yml"),
        ("./x.json", "x.json"),
        ("../x.json", "../x.json"),
        ("a:b/c:d.json", "a%3Ab/c:d.json"),
        ("/srv/x.json", "file://" + "/srv/x.json"),
        ("C:\\x\\y.json", "file://" + "/C:/x/y.json"),
        ("#1?.json", "%231%3F.json"),
        ("bad\udcff.json", "bad%FF.json"),
    ],
)
def test_sarif_names_files_as_addresses(file: str, uri: str) -> None:
    judgement = Judgement(findings=(replace(finding(), location=replace(finding().location, file=file)),))
    run: Any = gate_sarif(judgement, RULES)["runs"]
    artifact = run[0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact["uri"] == uri
    assert ("uriBaseId" in artifact) is not uri.startswith("file:")


def test_github(snapshot: SnapshotAssertion) -> None:
    assert gate_github(ORDINARY, BY_ID) == snapshot


def test_github_shows_ten_of_a_level_and_lists_the_others() -> None:
    many = Judgement(findings=tuple(finding(number=number) for number in range(13)))
    lines = gate_github(many, BY_ID).splitlines()
    assert sum(line.startswith("::error ") for line in lines) == 10
    assert lines[-4] == "3 more than GitHub shows as annotations:"
    assert all(line.startswith("  error file=serverless.yml") for line in lines[-3:])


def test_markdown(snapshot: SnapshotAssertion) -> None:
    assert gate_markdown(ORDINARY, BY_ID) == snapshot


def test_markdown_never_passes_what_github_takes_and_says_what_is_missing() -> None:
    findings = tuple(replace(finding(number=number), evidence=("x" * 500,)) for number in range(2_000))
    text = gate_markdown(Judgement(findings=findings), BY_ID)
    assert len(text.encode()) <= LONGEST
    rows = text.count("\n| high | ")
    assert 0 < rows < 2_000
    assert f"{2_000 - rows:,} findings not shown here" in text


def test_markdown_leaves_details_out_before_rows() -> None:
    findings = tuple(replace(finding(number=number), evidence=("\u4e2d" * 2_000,)) for number in range(30))
    text = gate_markdown(Judgement(findings=findings), BY_ID)
    assert len(text.encode()) <= LONGEST
    assert text.count("\n| high | ") == 30
    assert text.rstrip().endswith("</details>")


@pytest.mark.parametrize("word", HOSTILE_WORDS)
def test_hostile_words_do_nothing_on_a_terminal_or_in_a_log(word: str) -> None:
    judgement = hostile(word)
    writer = GateText(BY_ID, judgement.texts.get)
    for text in (writer.whole(judgement), writer.one_liners(judgement)):
        assert not CONTROL.search(text)
        assert not any(line.lstrip().startswith("::") or "##[" in line for line in text.split("\n"))


@pytest.mark.parametrize("word", HOSTILE_WORDS)
def test_hostile_words_make_no_workflow_command(word: str) -> None:
    text = gate_github(hostile(word), BY_ID)
    lines = re.split(r"[\r\n]", text)
    commands = [line for line in lines if line.lstrip().startswith("::")]
    assert len(commands) == 4  # two open findings, one unknown, one file
    assert all(COMMAND.fullmatch(line) for line in commands), commands
    assert "##[" not in text


@pytest.mark.parametrize("word", HOSTILE_WORDS)
def test_hostile_words_are_no_markup(word: str) -> None:
    """Read as GitHub reads it: no link, image, HTML or mention of the word's own outside code."""
    ours = {
        "<!-- secrets-cli gate -->",
        "<details><summary>What shows each finding, and how to fix it</summary>",
        "</details>",
    }
    markdown = MarkdownIt("commonmark").enable(["table"])
    tokens = markdown.parse(gate_markdown(hostile(word), BY_ID))
    assert {line for one in tokens if one.type == "html_block" for line in one.content.strip().split("\n")} <= ours
    inline = [child for one in tokens if one.type == "inline" for child in one.children or []]
    assert not {child.type for child in inline} & {"link_open", "image", "html_inline"}
    prose = " ".join(child.content for child in inline if child.type == "text")
    assert not re.search(r"@|#\d|https?:|www\.|GH-\d", prose)
    assert sum(one.type == "tr_open" for one in tokens) == 3  # the heading and two open findings
    assert all(len(row) == 4 for row in _rows(tokens))


def _rows(tokens: list[Any]) -> list[list[str]]:
    rows: list[list[str]] = []
    for index, one in enumerate(tokens):
        if one.type == "tr_open":
            rows.append([])
        elif one.type in ("td_open", "th_open"):
            rows[-1].append(tokens[index + 1].content)
    return rows


@pytest.mark.parametrize("word", HOSTILE_WORDS)
def test_hostile_words_keep_json_and_sarif_valid(word: str, checkout: Path) -> None:
    judgement = hostile(word)
    schema = json.loads((checkout / "docs/schemas/gate-1.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json.dumps(gate_json(judgement, RULES, load_catalog().header))), schema)
    assert sarif_errors(json.loads(json.dumps(gate_sarif(judgement, RULES))), checkout) == []


def test_no_format_shows_a_secret_that_stands_beside_a_finding() -> None:
    for text in (
        text_of(ORDINARY),
        GateText(BY_ID, ORDINARY.texts.get).one_liners(ORDINARY),
        json.dumps(gate_json(ORDINARY, RULES, load_catalog().header)),
        json.dumps(gate_sarif(ORDINARY, RULES)),
        gate_github(ORDINARY, BY_ID),
        gate_markdown(ORDINARY, BY_ID),
    ):
        assert "canary" not in text


def test_many_findings_of_one_rule_are_folded() -> None:
    many = Judgement(findings=tuple(finding(number=number) for number in range(30)), texts=ORDINARY.texts)
    text = text_of(many)
    assert text.count("  high ssm-get-wildcard  serverless.yml:8:19") == 3
    assert "  ssm-get-wildcard: 27 more findings in this file" in text
    assert "    and 7 more; `--format json` lists each" in text
    assert text.count("docs: ") == 1


def test_nothing_found_is_said() -> None:
    nothing = Judgement()
    assert text_of(nothing).startswith("no findings\nscanned 0 files")
    assert GateText(BY_ID, nothing.texts.get).one_liners(nothing) == ""
    assert gate_github(nothing, BY_ID).startswith("no findings")
    assert "**no findings**" in gate_markdown(nothing, BY_ID)
    assert "###" not in gate_markdown(nothing, BY_ID)


def test_the_worst_come_first_where_order_is_by_severity() -> None:
    low = replace(finding(severity=Severity.LOW), location=replace(finding().location, line=1))
    text = gate_markdown(Judgement(findings=(low, finding(number=1))), BY_ID)
    assert text.index("| high |") < text.index("| low |")
