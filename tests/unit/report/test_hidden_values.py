"""What a line of a code frame may show: `~` marks the characters that are hidden."""

import pytest

from secrets_cli.gate.registry import RULES
from secrets_cli.report.hidden_values import hidden_spans

SHOWN = (
    '      "Action": "*",',
    '  "Action": ["s3:*", "ssm:Get*"], "Resource": "*"',
    "    - ssm:Get*",
    "      - 's3:Put*'",
    '        "arn:aws:s3:::bucket/*",',
    "  - Effect: Allow",
    '  Resource: !Sub "arn:aws:s3:::${Bucket}/*"',
    "  - !GetAtt Table.Arn",
    "  - '*'",
    '  "token.actions.githubusercontent.com:sub": "repo:owner/*"',
    "  Fn::Sub: arn:aws:s3:::${Bucket}",
    'resource "aws_iam_role" "api" {',
    "    actions   = [",
    "  policy = jsonencode({",
    '  sid = "Read"  # secrets-cli: ignore[full-admin] until=2027-01-31 reason=bootstrap',
    '  "manage_roles": true,',
    "    environment:",
    '  "Access-Control-Allow-Origin": "*"',
    "  cacheable: true",
    "      Variables: {",
    "  },",
    "",
)

HIDDEN = (
    ("  DB_PASSWORD: hunter2", "  DB_PASSWORD: ~~~~~~~"),
    ("  DB_PASSWORD: abc=", "  DB_PASSWORD: ~~~~"),
    ("  URL: user=me:pw=x", "  URL: ~~~~~~~~~~~~"),
    ("  PASSWORD: 'it''s' # is it", "  PASSWORD: ~~~~~~~ ~~~~~~~"),
    ('  PASSWORD: "a\\"b", x', "  PASSWORD: ~~~~~~, ~"),
    ('"PASSWORD": "abc', '"PASSWORD": ~~~~'),
    ('{"PIN": 1234, "Action": "s3:*"}', '{"PIN": ~~~~, "Action": "s3:*"}'),
    ('{"Action":"s3:*","Variables":{"KEY":"v","X":"y"}}', '{"Action":"s3:*","Variables":{"KEY":~~~,"X":~~~}}'),
    ("  environment: {KEY: v, Action: b}", "  environment: {KEY: ~~~~~~~~~~~~~"),
    ("  environment: [hunter2]", "  environment: [~~~~~~~~"),
    ('  variables = { KEY = "v" }', "  variables = { KEY = ~~~ }"),
    ('  default = "hunter2"', "  default = ~~~~~~~~~"),
    ("  db-password: hunter2", "  db-password: ~~~~~~~"),
    ("  Default: hunter2", "  Default: ~~~~~~~"),
    ("  Value: hunter2", "  Value: ~~~~~~~"),
    ("    c2VjcmV0c2U=", "    ~~~~~~~~~~~~"),
    ("    -----BEGIN PRIVATE KEY-----", "    ~~~~~~~~~~~~~~~~~~~~~~~~~~~"),
    ("  user:Password@host", "  ~~~~~~~~~~~~~~~~~~"),
    ("# the password is hunter2", "~~~~~~~~~~~~~~~~~~~~~~~~~"),
    ("  Action: s3:*  # hunter2", "  Action: s3:*  ~~~~~~~~~"),
    ("  # DB_PASSWORD=hunter2", "  ~~~~~~~~~~~~~~~~~~~~~"),
    ("  KEY: !Ref Name", "  KEY: ~~~~~~~~~"),
    ("  KEY: |", "  KEY: ~"),
    ("  KEY: *anchor", "  KEY: ~~~~~~~"),
    ("  hunter2", "  ~~~~~~~"),
    ("  - hunter2", "  - ~~~~~~~"),
    ("  \"hunter2\": 'x'", '  "hunter2": ~~~'),
    ("KEY=hunter2", "KEY=~~~~~~~"),
)


def test_every_rule_that_finds_a_secret_hides_its_line() -> None:
    about_secrets = [rule for rule in RULES if rule.id.startswith(("secret-", "long-lived-"))]
    assert about_secrets
    assert all(rule.masks_line for rule in about_secrets)


def marked(line: str, all_values: bool = False) -> str:
    shown = list(line)
    for start, end in hidden_spans(line, all_values):
        shown[start:end] = "~" * (end - start)
    return "".join(shown)


@pytest.mark.parametrize("line", SHOWN)
def test_the_language_of_policies_is_shown(line: str) -> None:
    assert marked(line) == line


@pytest.mark.parametrize(("line", "shown"), HIDDEN)
def test_values_that_may_be_secrets_are_hidden(line: str, shown: str) -> None:
    assert marked(line) == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('  "Action": "hunter2",', '  "Action": ~~~~~~~~~,'),
        ("  Sid: hunter2", "  Sid: ~~~~~~~"),
        ("  KEY: true", "  KEY: ~~~~"),
        ("  - s3:Get*", "  - ~~~~~~~"),
        ('resource "a" "b" {', "~~~~~~~~~~~~~~~~~~"),
        ("  x: y # secrets-cli: ignore[a] reason=hunter2", "  x: ~ ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~"),
    ],
)
def test_no_value_is_shown_of_a_line_that_holds_a_secret(line: str, shown: str) -> None:
    hidden = marked(line, all_values=True)
    assert "hunter2" not in hidden
    assert hidden == shown or len(hidden) == len(line)
