"""The configuration: what it may say, and what each setting does."""

import re
from pathlib import Path

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import ConfigurationError
from secrets_cli.gate.agreed import Agreed, with_agreed, without_excluded
from secrets_cli.gate.configuration import configures_gate, settings_from
from secrets_cli.gate.examples import examples_of
from secrets_cli.gate.finding import Finding
from secrets_cli.gate.judgement import judge_all
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.path_pattern import path_matches
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.registry import RULES
from secrets_cli.gate.required import KnownBoundary, without_required_boundary
from secrets_cli.gate.settings import Folders, Settings
from secrets_cli.gate.suppression import RefusedSuppression
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.any_file import read_any
from secrets_cli.inputs.found import Supplied
from secrets_cli.inputs.read_tree import ReadFile, ReadTree, Unreadable
from secrets_cli.severity import Severity
from tests.unit.gate.judging import TODAY, findings_in, zappa_defaults

IDS = {rule.id for rule in RULES}
ADMIN = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'


def settings(text: str, name: str = ".secrets-cli.toml") -> Settings:
    return settings_from(text, name, IDS, Folders())


def tree(text: str, name: str) -> ReadTree:
    found = read_any(text, name, Supplied(), zappa_defaults())
    assert found is not None
    return ReadTree((ReadFile(name, "policy", found, {name: text}, frozenset({name})),))


def whole(text: str, name: str, configuration: Settings) -> tuple[Finding, ...]:
    read = tree(text, name)
    judgement = judge_all(read, Knowledge(load_catalog(), TODAY, configuration), RULES)
    return with_agreed(judgement, read, Agreed(configuration, RULES, TODAY)).findings


def test_every_setting() -> None:
    read = settings(
        """
[gate]
persona = "strict"
fail-on = "medium"
trusted-accounts = ["111122223333"]
exclude = ["vendor/"]
baseline = "gate.json"
unused-days = 30
longest-suppression-days = 60
[gate.severities]
full-admin = "low"
[gate.disabled]
suppression-unused = 3
""".replace("[gate.disabled]\nsuppression-unused = 3\n", "")
    )
    assert read.persona is Persona.STRICT
    assert read.fail_on is Severity.MEDIUM
    assert read.trusted_accounts == {"111122223333"}
    assert read.excludes("vendor/policy.json")
    assert not read.excludes("vendors/policy.json")
    assert (read.baseline, read.unused_days, read.longest_suppression) == ("gate.json", 30, 60)
    assert read.severities == {"full-admin": Severity.LOW}


def test_a_project_file_has_its_own_table() -> None:
    text = '[tool.other]\nx = 1\n[tool.secrets-cli.gate]\npersona = "auditor"\n'
    assert settings(text, "pyproject.toml").persona is Persona.AUDITOR
    assert configures_gate(text, "a/pyproject.toml")
    assert not configures_gate("[tool.other]\nx = 1\n", "pyproject.toml")
    assert settings("[tool.other]\n", "pyproject.toml") == Settings()


WRONG = [
    ('[gate]\nperona = "x"', "2:1: there is no setting `perona`", "did you mean `persona`?"),
    ('[gate]\npersona = "x"', "`persona` is `x`", "choose from default, strict, auditor"),
    ("[gate", "expected", "correct the TOML"),
    ("[gat]", "there is no setting `gat`", "did you mean `gate`?"),
    ("gate = 1", "`gate` is a table", "[gate]"),
    ('[gate.disabled]\nfull-admin = "x"', "`full-admin` needs a reason", "say why"),
    ('[gate.disabled]\nsuppression-expired = "we never look back"', "cannot be disabled", "correct the suppression"),
    ('[gate.disabled]\nfull-amin = "never mind at all"', "there is no rule `full-amin`", "did you mean `full-admin`?"),
    ('[gate.severities]\nfull-admin = "worst"', "`full-admin` is `worst`", "choose from"),
    ("[[gate.deny]]\nactions = 1", "`actions` is a list of texts", "actions"),
    ('[[gate.deny]]\nreason = "because we say so"', "names no `actions`", "add"),
    ('[[gate.deny]]\nactions = ["iam"]\nreason = "because we say so"', "`iam` is no action", "service:Name"),
    ('[[gate.allow]]\nactions = ["s3:*"]', "a `reason` is needed", "say why"),
    ('[gate.allow]\nactions = ["s3:*"]', "`allow` is an array of tables", "[[...allow]]"),
    ('[gate]\ntrusted-accounts = ["123"]', "`123` is no account", "12 digits"),
    ("[gate]\nunused-days = 0", "`unused-days` is a number from 1 on", "90"),
    ("[gate]\nbaseline = 3", "`baseline` is a text", "baseline"),
    ('[gate.required-boundary]\nreason = "for every single role"', "names no `arn`", "add"),
    ('[[gate.override]]\npersona = "strict"', "names no `paths`", "add"),
    ('[[gate.suppress]]\nrule = "full-admin"', "there is no setting `rule`", "did you mean `rules`?"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message", "help"), WRONG)
def test_what_is_wrong_is_said_with_its_place(text: str, message: str, help: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        settings(text)
    assert message in raised.value.message
    assert raised.value.message.startswith(".secrets-cli.toml:")
    assert help in raised.value.help


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*.json", "a/b/c.json", True),
        ("a/*.json", "a/c.json", True),
        ("a/*.json", "a/b/c.json", False),
        ("a/**/c.json", "a/b/x/c.json", True),
        ("a/**/c.json", "a/c.json", True),
        ("a", "a/b/c.json", True),
        ("a/", "b/a/c.json", True),
        ("/a/", "b/a/c.json", True),
        ("a/b", "x/a/b", False),
        ("c?.json", "cd.json", True),
        ("c.json", "cxjson", False),
        ("**", "anything/at/all", True),
    ],
)
def test_patterns(pattern: str, path: str, matches: bool) -> None:
    assert path_matches(pattern, path) is matches


def test_severities_and_disabled_rules_by_path() -> None:
    configuration = settings(
        """
[gate.severities]
full-admin = "medium"
[[gate.override]]
paths = ["sandbox/**"]
[gate.override.severities]
full-admin = "info"
[[gate.override]]
paths = ["*.generated.json"]
[gate.override.disabled]
full-admin = "made by another team's tool"
"""
    )
    severities = {
        name: [one.severity for one in findings_in(ADMIN, name, settings=configuration) if one.rule == "full-admin"]
        for name in ("app.json", "sandbox/app.json", "sandbox/app.generated.json")
    }
    assert severities == {
        "app.json": [Severity.MEDIUM],
        "sandbox/app.json": [Severity.INFO],
        "sandbox/app.generated.json": [],
    }


def test_patterns_are_relative_to_the_configuration() -> None:
    folders = Folders(here="/repo/sub", top="/repo", configured="/repo/sub")
    configuration = settings_from('[gate]\nexclude = ["vendor"]', ".secrets-cli.toml", IDS, folders)
    assert configuration.excludes("vendor/a.json")
    assert not configuration.excludes("../a.json")
    assert folders.from_top("vendor/a.json") == "sub/vendor/a.json"


def test_excluded_files_are_counted_and_not_judged() -> None:
    read = tree(ADMIN, "vendor/app.json")
    broken = ReadTree(read.files, (Unreadable("vendor/x.json", "broken"),))
    left = without_excluded(broken, settings('[gate]\nexclude = ["vendor"]'))
    assert (left.files, left.unreadable) == ((), ())
    assert left.skipped == {"excluded by the configuration": 2}
    assert without_excluded(broken, Settings()) is broken


ALLOWED = """
[[gate.allow]]
actions = ["{actions}"]
reason = "the break-glass role needs it"
except-paths = ["apps/**"]
"""


@pytest.mark.parametrize(
    ("actions", "name", "silent"),
    [("*", "ops/admin.json", True), ("s3:*", "ops/admin.json", False), ("*", "apps/admin.json", False)],
)
def test_allowed_access_is_no_finding_where_it_covers_all_that_is_granted(
    actions: str, name: str, silent: bool
) -> None:
    found = findings_in(ADMIN, name, settings=settings(ALLOWED.format(actions=actions)))
    assert (not found) is silent


DENIED = """
[[gate.deny]]
actions = ["iam:*"]
resources = ["arn:aws:iam::111122223333:role/prod-*"]
reason = "roles of production are the platform team's"
"""


def policy(action: str, resource: str, more: str = "") -> str:
    statement = f'{{"Effect": "Allow", "Action": "{action}", "Resource": "{resource}"{more}}}'
    return f'{{"Version": "2012-10-17", "Statement": [{statement}]}}'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (policy("iam:PassRole", "arn:aws:iam::111122223333:role/prod-app"), True),
        (policy("iam:Pass*", "arn:aws:iam::*:role/*app"), True),
        (policy("iam:PassRole", "arn:aws:iam::111122223333:role/test-app"), False),
        (policy("s3:GetObject", "*"), False),
        (
            policy("iam:PassRole", "*").replace(
                "]}", ', {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}]}'
            ),
            False,
        ),
        (
            policy("iam:GetRole", "*", ', "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}'),
            True,
        ),
    ],
)  # fmt: skip
def test_denied_by_team_judges_what_is_granted(text: str, found: bool) -> None:
    rules = {one.rule for one in findings_in(text, "app.json", settings=settings(DENIED))}
    assert ("denied-by-team" in rules) is found


def test_denied_by_team_shows_a_request() -> None:
    text = policy("iam:Pass*", "arn:aws:iam::*:role/*app")
    (finding,) = [
        one for one in findings_in(text, "app.json", settings=settings(DENIED)) if one.rule == "denied-by-team"
    ]
    assert "grants `iam:PassRole`" in finding.message
    assert "platform team" in finding.message
    assert any("role/prod-" in one and one.endswith("becomes possible") for one in finding.evidence)


def test_access_on_the_unknown_is_not_denied() -> None:
    text = (
        "service: s\nprovider:\n  name: aws\n  iam:\n    role:\n      statements:\n"
        "        - { Effect: Allow, Action: 'iam:PassRole', Resource: '${ssm:/role}' }\n"
    )
    found = findings_in(text, "serverless.yml", settings=settings(DENIED))
    assert "denied-by-team" not in {one.rule for one in found}


def boundary_findings(text: str, extra: str = "") -> list[Finding]:
    configuration = settings(examples_of("required-by-team")["configuration.toml"] + extra)
    return [one for one in whole(text, "template.yml", configuration) if one.rule == "required-by-team"]


def test_a_role_without_the_required_boundary_is_found() -> None:
    (finding,) = boundary_findings(examples_of("required-by-team")["bad.yml"])
    assert finding.principal == "role OrdersRole"
    assert finding.message == (
        "role OrdersRole has no permissions boundary `arn:aws:iam::111122223333:policy/app-boundary`,"
        " which the team requires: roles of apps stay below the boundary"
    )


def test_a_boundary_that_is_there_but_unknown_is_no_finding() -> None:
    bad = examples_of("required-by-team")["bad.yml"]
    text = bad.replace("    Properties:\n", "    Properties:\n      PermissionsBoundary: !ImportValue Boundary\n")
    assert boundary_findings(text) == []


def test_a_boundary_with_known_content_is_resolved() -> None:
    example = examples_of("required-by-team")
    limit = parse_policy(policy("s3:*", "*"), "boundary.json", PolicyKind.BOUNDARY)
    known = KnownBoundary("arn:aws:iam::*:policy/app-boundary", limit, lambda _arn: None)
    found = read_any(example["good.yml"], "template.yml", Supplied(managed=known), zappa_defaults())
    assert found is not None
    assert found.unresolved == ()
    configuration = settings(example["configuration.toml"])
    assert without_required_boundary([found], {}, configuration, RULES) == ()
    other = settings(example["configuration.toml"].replace("app-boundary", "other-boundary"))
    (finding,) = without_required_boundary([found], {}, other, RULES)
    assert "app-boundary`, not `arn:aws:iam::111122223333:policy/other-boundary`" in finding.message


def test_a_role_in_an_excepted_file_needs_none() -> None:
    bad = examples_of("required-by-team")["bad.yml"]
    assert boundary_findings(bad, 'except-paths = ["template.yml"]\n') == []


def test_the_configurations_in_the_documentation_hold(checkout: Path) -> None:
    page = (checkout / "docs/gate-working.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert len(blocks) >= 2
    for block in blocks:
        assert not [one for one in settings(block).suppressions if isinstance(one, RefusedSuppression)]
