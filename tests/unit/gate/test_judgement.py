"""A tree judged: everything once, in order, the same in one process and in several."""

import datetime
import json
from pathlib import Path

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.cli import gate_judging
from secrets_cli.cli.gate_judging import judged
from secrets_cli.gate.judgement import Judgement, judge_all
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rules.full_admin import RULE
from secrets_cli.gate.settings import Settings
from secrets_cli.inputs.read_tree import ReadTree
from secrets_cli.repository.one_file import ReadAsk
from secrets_cli.repository.reading import read_paths
from secrets_cli.severity import Severity
from tests.unit.gate.judging import TODAY
from tests.unit.repository.trees import ADMIN, made


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _judged(*paths: str) -> Judgement:
    return judge_all(read_paths(paths, ReadAsk()), Knowledge(load_catalog(), TODAY), [RULE])


def _places(judgement: Judgement) -> list[str]:
    return [str(one.location) for one in judgement.findings]


def test_findings_are_in_the_order_of_their_places_and_counted(tmp_path: Path) -> None:
    made(tmp_path, {"b.json": ADMIN, "a.json": ADMIN, "c.json": "{}", "d.json": ADMIN[:-4]})
    found = _judged(".")
    assert _places(found) == ["a.json:1:61", "b.json:1:61"]
    assert found.worst is Severity.HIGH
    assert [one.file for one in found.unreadable] == ["d.json"]
    assert (found.scanned.files, found.scanned.policies, found.scanned.statements) == (2, 2, 2)
    assert found.scanned.kinds == {"policy": 2}
    assert found.scanned.skipped == {"of no kind that holds policies": 1}
    assert found.texts["a.json"] == ADMIN


def test_one_statement_is_one_finding_whoever_refers_to_its_file(tmp_path: Path) -> None:
    call = 'module "m" {\n  source = "../m"\n}\n'
    policy = 'resource "aws_iam_user_policy" "p" {\n  user = "u"\n  policy = file("${path.module}/p.json")\n}\n'
    made(tmp_path, {"a/main.tf": call, "b/main.tf": call, "m/main.tf": policy, "m/p.json": ADMIN})
    made(tmp_path, {"zappa_settings.json": '{"dev": {"attach_policy": "m/p.json"}}'})
    assert _places(_judged(".")) == ["m/p.json:1:61"]


def test_a_file_read_for_what_it_says_of_another_is_not_reported_on(tmp_path: Path) -> None:
    policy = (
        'resource "aws_iam_user_policy" "%s" {\n  user = "u"\n'
        '  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })\n}\n'
    )
    made(tmp_path, {"a.tf": policy % "a", "b.tf": policy % "b"})
    assert {place.split(":")[0] for place in _places(_judged("a.tf"))} == {"a.tf"}
    assert {place.split(":")[0] for place in _places(_judged("."))} == {"a.tf", "b.tf"}


def test_several_processes_find_what_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    statement = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    many = json.dumps({"Version": "2012-10-17", "Statement": [statement] * 30})
    made(tmp_path, {f"{number}.json": many for number in range(20)})
    tree = read_paths(["."], ReadAsk())
    told: list[tuple[int, int]] = []
    several = judged(tree, Settings(), TODAY, lambda done, of: told.append((done, of)), processes=2)
    assert len(told) > gate_judging.FEW // 100
    assert told[-1] == (20, 20)
    assert several == judged(tree, Settings(), TODAY, processes=1)
    assert len(several.findings) >= 600


def test_nothing_to_judge_is_a_judgement() -> None:
    assert judged(ReadTree(), Settings(), datetime.date(2026, 1, 1)) == Judgement()
