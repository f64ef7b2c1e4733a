"""The baseline: told by fingerprint, kept in order, read strictly."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from secrets_cli.errors import MalformedInput
from secrets_cli.gate.baseline import (
    Baseline,
    Entry,
    apply_baseline,
    baseline_json,
    baseline_of,
    fixed_entries,
    read_baseline,
    updated,
)
from secrets_cli.gate.finding import Finding, State
from secrets_cli.gate.settings import Folders
from tests.unit.gate.judging import findings_in

ADMIN = '{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}]}}'
FOLDERS = Folders()


def findings(action: str = "*", name: str = "app.json", above: str = "") -> tuple[Finding, ...]:
    return findings_in(above + ADMIN.format(action=action), name)


def written(*found: Finding) -> Baseline:
    return baseline_of(found, "2026-11-21", FOLDERS)


def test_a_finding_that_was_there_is_set_apart_wherever_it_moves() -> None:
    result, fixed = apply_baseline(findings(above="\n\n\n"), written(*findings()))
    assert [one.state for one in result] == [State.BASELINED]
    assert result[0].note == "in the baseline since 2026-11-21"
    assert fixed == ()


def test_a_statement_that_says_something_else_is_new() -> None:
    result, fixed = apply_baseline(findings("*:*"), written(*findings("*")))
    assert [one.state for one in result] == [State.OPEN]
    assert [one.rule for one in fixed] == ["full-admin"]


def test_only_files_that_were_judged_can_be_fixed() -> None:
    baseline = written(*findings(name="a/app.json"))
    assert fixed_entries((), baseline, lambda file: file.startswith("b/")) == ()
    assert len(fixed_entries((), baseline, lambda file: file.startswith("a/"))) == 1


def test_what_is_suppressed_and_what_is_about_suppressions_stays_out() -> None:
    (finding,) = findings()
    about = replace(finding, rule="suppression-expired", fingerprint="0" * 64)
    assert written(replace(finding, state=State.SUPPRESSED), about).entries == ()
    result, _ = apply_baseline([about], Baseline((Entry("0" * 64, about.rule, "app.json", "", "", "2026-01-01"),)))
    assert result[0].state is State.OPEN


def test_an_update_removes_what_is_fixed_and_adds_only_when_told() -> None:
    kept, gone, new = (findings(name=name)[0] for name in ("kept.json", "gone.json", "new.json"))
    before = written(kept, gone)
    before = Baseline(tuple(replace(one, since="2025-01-01", reason="agreed") for one in before.entries))
    update = updated(before, (kept, new), "2026-11-21", FOLDERS, add=False)
    assert [one.file for one in update.baseline.entries] == ["kept.json"]
    assert [one.file for one in update.removed] == ["gone.json"]
    assert update.added == ()
    added = updated(before, (kept, new), "2026-11-21", FOLDERS, add=True)
    assert [(one.file, one.since, one.reason) for one in added.baseline.entries] == [
        ("kept.json", "2025-01-01", "agreed"),
        ("new.json", "2026-11-21", ""),
    ]


def test_the_text_is_the_same_in_any_order_and_reads_back(checkout: Path) -> None:
    found = [*findings(name="b.json"), *findings(name="a.json")]
    text = baseline_json(written(*found))
    assert text == baseline_json(written(*reversed(found)))
    assert read_baseline(text, "b.json") == written(*found)
    schema = json.loads((checkout / "docs/schemas/gate-baseline-1.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(text), schema)


def test_the_same_in_one_file_twice_is_two() -> None:
    text = ADMIN.format(action="*").replace("]}", ', {"Effect": "Allow", "Action": "*", "Resource": "*"}]}')
    found = findings_in(text, "app.json")
    assert len({one.fingerprint for one in found}) == len(found) >= 2
    result, fixed = apply_baseline(found, written(found[0]))
    assert sorted(one.state.value for one in result).count("open") == len(found) - 1
    assert fixed == ()


def test_the_file_is_named_from_the_top() -> None:
    (finding,) = findings()
    entry = baseline_of([finding], "2026-11-21", Folders(here="/repo/sub", top="/repo")).entries[0]
    assert entry.file == "sub/app.json"


ENTRY = json.loads(baseline_json(written(*findings())))["entries"][0]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("[]", "begins with"),
        ('{"schema": "other"}', "begins with"),
        ('{"schema": "secrets-cli/gate-baseline/1"}', "has a list `entries`"),
        ('{"schema": "secrets-cli/gate-baseline/1", "entries": [1]}', "is an object"),
        ("not json", "b.json:1:1"),
        ({"fingerprint": "x"}, "64 hexadecimal digits"),
        ({"since": "yesterday"}, "is a day"),
        ({"rule": 1}, "a text `rule`"),
        ({"message": None}, "a text `message`"),
    ],
)
def test_what_is_no_baseline_is_refused_with_its_place(document: str | dict[str, object], message: str) -> None:
    if not isinstance(document, str):
        document = json.dumps({"schema": "secrets-cli/gate-baseline/1", "entries": [ENTRY | document]})
    with pytest.raises(MalformedInput) as raised:
        read_baseline(document, "b.json")
    assert message in raised.value.message
    assert "b.json:1:" in raised.value.message


def test_an_entry_twice_is_refused() -> None:
    text = json.dumps({"schema": "secrets-cli/gate-baseline/1", "entries": [ENTRY, ENTRY]})
    with pytest.raises(MalformedInput, match="stands above already"):
        read_baseline(text, "b.json")
