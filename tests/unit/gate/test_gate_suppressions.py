"""Suppressions: which are good, what they cover, and what is said of the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secrets_cli.gate.configuration import settings_from
from secrets_cli.gate.finding import Finding, State
from secrets_cli.gate.registry import RULES
from secrets_cli.gate.settings import Folders, Settings
from secrets_cli.gate.suppression import ABOUT_SUPPRESSIONS, RefusedSuppression, Suppression
from secrets_cli.gate.suppressions import Occasion, apply_suppressions, suppressions_in
from secrets_cli.inputs.yaml_text import read_yaml
from tests.unit.gate.judging import TODAY, findings_in

IDS = {rule.id for rule in RULES}
GOOD = 'secrets-cli: ignore[full-admin] until=2026-12-31 reason="until the migration is over"'

QUOTED = "secrets-cli: ignore[full-admin] until=2026-12-31 reason=until the migration is over"

TEMPLATE = """Resources:
  {above}
  AdminRole:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow {beside}
            Action: {action}
            Resource: "*"
"""


def judged(text: str, name: str = "template.yml", settings: Settings | None = None) -> tuple[Finding, ...]:
    settings = settings or Settings()
    findings = findings_in(text, name, settings=settings)
    return apply_suppressions(findings, Occasion({name: text}, settings, RULES, TODAY))


def template(above: str = "", beside: str = "", action: str = "'*'") -> str:
    return TEMPLATE.format(above=above, beside=beside, action=action)


def states(findings: tuple[Finding, ...], rule: str = "full-admin") -> list[State]:
    return [one.state for one in findings if one.rule == rule]


@pytest.mark.parametrize("text", [template(beside=f"# {GOOD}"), template(above=f"# {GOOD}")])
def test_a_comment_beside_or_above_covers_what_begins_there(text: str) -> None:
    found = judged(text)
    assert states(found) == [State.SUPPRESSED]
    assert "until the migration is over" in next(one for one in found if one.rule == "full-admin").note
    assert not ABOUT_SUPPRESSIONS & {one.rule for one in found}


def test_a_comment_elsewhere_covers_nothing_and_is_unused() -> None:
    text = template() + f"  Other: # {GOOD}\n    Type: AWS::SNS::Topic\n"
    found = judged(text)
    assert states(found) == [State.OPEN]
    assert states(found, "suppression-unused") == [State.OPEN]


REFUSED = [
    ("ignore[full-admin] until=2026-12-31", "suppression-malformed", "no reason"),
    ('ignore[full-admin] reason="until the migration is over"', "suppression-malformed", "no expiry"),
    ('ignore[full-admin] until=2026-13-01 reason="until it is over"', "suppression-malformed", "is no day"),
    ('ignore[full-admin] until=soon reason="until it is over"', "suppression-malformed", "is no day"),
    ('ignore[full-admin] until=2026-12-31 reason="lol"', "suppression-malformed", "does not say why"),
    ('ignore[full-admin] until=2026-12-31 reason="aaaaaaaaaaaaaaaaaa"', "suppression-malformed", "does not say why"),
    ('ignore[full-admin] until=2026-12-31 reason="because because"', "suppression-malformed", "does not say why"),
    ('ignore[full-amin] until=2026-12-31 reason="until it is over"', "suppression-malformed", "did you mean `full-admin`"),
    ('ignore[suppression-expired] until=2026-12-31 reason="until it is over"', "suppression-malformed", "nothing suppresses"),
    ('ignore full-admin until=2026-12-31 reason="until it is over"', "suppression-malformed", "is not understood"),
    ("ignor[full-admin]", "suppression-malformed", "is no suppression"),
    ('ignore[full-admin] until=2026-12-31 until=2027-01-01 reason="until it is over"', "suppression-malformed", "twice"),
    ('ignore[full-admin] until=2026-12-31 x=1 reason="until it is over"', "suppression-malformed", "is not understood"),
    ('ignore[*] until=2026-12-31 reason="until it is over"', "suppression-too-wide", "named by itself"),
    ('ignore[full-*] until=2026-12-31 reason="until it is over"', "suppression-too-wide", "named by itself"),
    ('ignore[] until=2026-12-31 reason="until it is over"', "suppression-too-wide", "names no rule"),
    ('ignore until=2026-12-31 reason="until it is over"', "suppression-too-wide", "names no rule"),
    ('ignore[full-admin] until=2028-01-01 reason="until it is over"', "suppression-too-wide", "at most 366"),
    ('ignore[full-admin] until=2026-11-20 reason="until it is over"', "suppression-expired", "expired on 2026-11-20"),
]  # fmt: skip


@pytest.mark.parametrize(("comment", "rule", "message"), REFUSED)
def test_what_is_no_good_suppression_suppresses_nothing_and_is_a_finding(comment: str, rule: str, message: str) -> None:
    found = judged(template(beside=f"# secrets-cli: {comment}"))
    assert states(found) == [State.OPEN]
    (about,) = [one for one in found if one.rule in ABOUT_SUPPRESSIONS]
    assert about.rule == rule
    assert message in about.message
    assert about.location.line == 9


def test_the_last_day_is_included() -> None:
    day = TODAY.isoformat()
    assert states(
        judged(template(beside=f'# secrets-cli: ignore[full-admin] until={day} reason="a last day of it"'))
    ) == [State.SUPPRESSED]


def test_a_whole_section_is_too_wide() -> None:
    found = judged(f"# {GOOD}\n" + template())
    assert states(found) == [State.OPEN]
    assert states(found, "suppression-too-wide") == [State.OPEN]


@pytest.mark.parametrize(
    "text",
    [
        template(action=f"'* # {QUOTED}'"),
        template().replace("Resources:", f"Description: |\n  # {GOOD}\nResources:").replace("  \n", ""),
        template().replace('            Resource: "*"', f'            Resource: "*"\n            Sid: "# {QUOTED}"'),
        f'Description: "\n\n  # {QUOTED}\n  "\n' + template(),
    ],
)
def test_a_comment_within_a_string_is_none(text: str) -> None:
    read_yaml(text, "template.yml")
    assert suppressions_in(text, "template.yml", IDS) == ()


def test_a_text_that_is_no_yaml_has_no_suppressions() -> None:
    assert suppressions_in(f"a: [\n# {GOOD}\n", "template.yml", IDS) == ()


@given(indent=st.integers(0, 12), style=st.sampled_from(["|", ">", "|-", ">+", "|2"]), extra=st.booleans())
def test_no_block_scalar_hides_a_suppression(indent: int, style: str, extra: bool) -> None:
    inner = " " * (2 if style.endswith("2") else 2 + indent)
    lines = f"{inner}text\n{inner}# {GOOD}\n" + (f"{inner}more\n" if extra else "")
    assert suppressions_in(f"a: {style}\n{lines}b: 1\n", "x.yml", IDS) == ()


TERRAFORM = """resource "aws_iam_policy" "p" {{ {beside}
  description = "{inside}"
  policy = <<-EOT
    # {heredoc}
    {{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "*", "Resource": "*"}}}}
  EOT
}}
"""


def test_terraform_comments_of_either_sign_cover_their_block() -> None:
    for sign in ("#", "//"):
        text = TERRAFORM.format(beside=f"{sign} {GOOD}", inside="", heredoc="").replace("    # \n", "")
        assert states(judged(text, "main.tf")) == [State.SUPPRESSED]


def test_terraform_strings_and_heredocs_hold_no_comment() -> None:
    inside = GOOD.replace('"', "'")
    text = TERRAFORM.format(beside="", inside=f"# {inside}", heredoc=GOOD)
    assert suppressions_in(text, "main.tf", IDS) == ()


def test_json_has_no_comments() -> None:
    assert suppressions_in(f'{{"a": "# {GOOD}"}}', "policy.json", IDS) == ()


POLICY = '{"Version": "2012-10-17", "Statement": {"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}}'
CONFIGURED = """
[[gate.suppress]]
rules = ["full-admin"]
until = 2026-12-31
reason = "until the migration is over"
{more}
"""


def configured(more: str) -> Settings:
    return settings_from(CONFIGURED.format(more=more), ".secrets-cli.toml", IDS, Folders())


@pytest.mark.parametrize("more", ['path = "policies/*.json"', 'path = "policies"', 'path = "*.json"\nsid = "All"'])
def test_the_configuration_covers_by_pattern(more: str) -> None:
    assert states(judged(POLICY, "policies/app.json", configured(more))) == [State.SUPPRESSED]


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ('path = "**"', "suppression-too-wide"),
        ('path = "*"', "suppression-too-wide"),
        ("", "suppression-too-wide"),
        ('path = "policies/app.json"\nsid = "Other"', "suppression-unused"),
        ('path = "policies/app.json"\nprincipal = "role Other"', "suppression-unused"),
    ],
)
def test_the_configuration_covers_no_more(more: str, rule: str) -> None:
    found = judged(POLICY, "policies/app.json", configured(more))
    assert states(found) == [State.OPEN]
    assert states(found, rule) == [State.OPEN]


def test_a_fingerprint_suffices() -> None:
    (finding,) = findings_in(POLICY, "policies/app.json")
    settings = configured(f'fingerprint = "{finding.fingerprint}"')
    assert states(judged(POLICY, "policies/app.json", settings)) == [State.SUPPRESSED]


def test_a_suppression_for_files_that_were_not_judged_is_not_unused() -> None:
    found = judged(POLICY, "policies/app.json", configured('path = "elsewhere/*"'))
    assert states(found, "suppression-unused") == []


def test_a_suppression_of_what_only_others_are_shown_is_not_unused() -> None:
    text = template(beside=f"# {GOOD}", action="s3:GetObject")
    hidden = findings_in(template(), "template.yml")
    found = apply_suppressions((), Occasion({"template.yml": text}, Settings(), RULES, TODAY, hidden))
    assert found == ()


def test_kinds() -> None:
    good, bad = (suppressions_in(template(beside=f"# {comment}"), "t.yml", IDS) for comment in (GOOD, "secrets-cli: x"))
    assert isinstance(good[0], Suppression)
    assert isinstance(bad[0], RefusedSuppression)


@pytest.mark.parametrize(
    "rule", ["suppression-malformed", "suppression-expired", "suppression-unused", "suppression-too-wide"]
)
def test_the_examples_of_the_rules_about_suppressions(rule: str) -> None:
    from secrets_cli.gate.examples import examples_of

    examples = examples_of(rule)
    bad = {one.rule for one in judged(examples["bad.yml"], "serverless.yml") if one.state is State.OPEN}
    assert rule in bad
    assert bad <= {rule, "full-admin"}
    assert not [one for one in judged(examples["good.yml"], "serverless.yml") if one.state is State.OPEN]
