"""Edits change what they are to change, and not one character more."""

import pytest

from secrets_cli.gate.edits import edited
from secrets_cli.gate.fix import Change, RemoveStatement, ReplacePolicies, ReplaceValues, SetVersion
from secrets_cli.iam.location import Location
from secrets_cli.iam.parse import parse_policy
from secrets_cli.inputs.list_edit import CannotEdit


def after(text: str, name: str, change: Change) -> str:
    result = edited(text, name, change)
    assert isinstance(result, str), result.reason
    return result


def at(name: str, line: int, column: int) -> Location:
    return Location(name, line, column)


JSON = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": ["s3:Get*", "s3:PutObject"], "Resource": "*"},
    {
      "Effect": "Deny",
      "Action": [
        "iam:*",
        "kms:*"
      ],
      "Resource": "*"
    }
  ]
}
"""


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (("s3:Get*",), ("s3:GetObject", "s3:GetBucketAcl"), '["s3:GetObject", "s3:GetBucketAcl", "s3:PutObject"]'),
        (("s3:Get*",), (), '["s3:PutObject"]'),
        (("s3:PutObject",), (), '["s3:Get*"]'),
        (("s3:PutObject", "s3:Get*"), ("s3:GetObject",), '["s3:GetObject"]'),
        (("s3:PutObject",), ("s3:Get*",), '["s3:Get*"]'),
    ],
)
def test_values_of_a_list_on_one_line(old: tuple[str, ...], new: tuple[str, ...], line: str) -> None:
    change = ReplaceValues(at("p.json", 4, 5), "Action", old, new)
    assert after(JSON, "p.json", change) == JSON.replace('["s3:Get*", "s3:PutObject"]', line)


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (("iam:*",), (), '        "kms:*"\n'),
        (("kms:*",), (), '        "iam:*"\n'),
        (("iam:*",), ("iam:Get*", "iam:List*"), '        "iam:Get*",\n        "iam:List*",\n        "kms:*"\n'),
        (("iam:*", "kms:*"), ("sts:*",), '        "sts:*"\n'),
    ],
)
def test_values_of_a_list_with_a_line_each(old: tuple[str, ...], new: tuple[str, ...], lines: str) -> None:
    change = ReplaceValues(at("p.json", 5, 5), "Action", old, new)
    assert after(JSON, "p.json", change) == JSON.replace('        "iam:*",\n        "kms:*"\n', lines)


def test_a_single_value_becomes_a_list() -> None:
    change = ReplaceValues(at("p.json", 4, 5), "Resource", ("*",), ("arn:aws:s3:::a", "arn:aws:s3:::b"))
    assert '"Resource": ["arn:aws:s3:::a", "arn:aws:s3:::b"]}' in after(JSON, "p.json", change)


def test_a_statement_goes() -> None:
    assert '"Deny"' not in after(JSON, "p.json", RemoveStatement(at("p.json", 5, 5)))
    assert '"Allow"' not in after(JSON, "p.json", RemoveStatement(at("p.json", 4, 5)))


def test_the_version_is_set_where_it_is_and_where_it_is_not() -> None:
    old = JSON.replace("2012-10-17", "2008-10-17")
    assert after(old, "p.json", SetVersion(at("p.json", 1, 1), "2012-10-17")) == JSON
    without = JSON.replace('  "Version": "2012-10-17",\n', "")
    assert after(without, "p.json", SetVersion(at("p.json", 1, 1), "2012-10-17")) == JSON


def test_windows_line_ends_stay() -> None:
    change = ReplaceValues(at("p.json", 5, 5), "Action", ("iam:*",), ("iam:Get*", "iam:List*"))
    result = after(JSON.replace("\n", "\r\n"), "p.json", change)
    assert "\n" not in result.replace("\r\n", "")


YAML = """# kept
provider:
  statements:
    - Effect: Allow  # kept too
      Action:
        - ssm:Get*  # goes with its line
        # about the next
        - 's3:PutObject'
      Resource: "*"
    - Effect: Allow
      Action: [sqs:*, 'sns:*']
      Resource: '*'
other: |
  - ssm:Get*
"""


def test_values_of_a_block_list() -> None:
    change = ReplaceValues(at("s.yml", 4, 7), "Action", ("ssm:Get*",), ("ssm:GetParameter", "ssm:GetParameters*"))
    expected = YAML.replace("- ssm:Get*  #", "- ssm:GetParameter\n        - 'ssm:GetParameters*'  #", 1)
    assert after(YAML, "s.yml", change) == expected
    gone = ReplaceValues(at("s.yml", 4, 7), "Action", ("ssm:Get*",), ())
    assert after(YAML, "s.yml", gone) == YAML.replace("        - ssm:Get*  # goes with its line\n", "", 1)


def test_values_of_a_flow_list_and_of_a_plain_value_in_yaml() -> None:
    change = ReplaceValues(at("s.yml", 10, 7), "Action", ("sqs:*",), ("sqs:SendMessage",))
    assert "[sqs:SendMessage, 'sns:*']" in after(YAML, "s.yml", change)
    resource = ReplaceValues(at("s.yml", 4, 7), "Resource", ("*",), ("arn:aws:s3:::b/*",))
    assert 'Resource: "arn:aws:s3:::b/*"\n' in after(YAML, "s.yml", resource)


def test_a_statement_of_a_block_list_goes() -> None:
    result = after(YAML, "s.yml", RemoveStatement(at("s.yml", 10, 7)))
    assert result == YAML.replace("    - Effect: Allow\n      Action: [sqs:*, 'sns:*']\n      Resource: '*'\n", "")


TERRAFORM = """data "aws_iam_policy_document" "app" {
  statement { # kept
    actions = [
      "s3:Get*", # why
      "s3:PutObject",
    ]
    resources = ["*"]
  }
  statement {
    actions   = ["sqs:*"]
    resources = ["*"]
  }
}
resource "aws_iam_policy" "inline" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "iam:*", Resource = "*" }]
  })
}
resource "aws_iam_policy" "text" {
  policy = <<-EOT
    {"Version": "2012-10-17",
     "Statement": [
       {"Effect": "Allow", "Action": ["ec2:*", "ssm:*"], "Resource": "*"}]}
  EOT
}
"""


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        (ReplaceValues(at("m.tf", 2, 3), "Action", ("s3:Get*",), ("s3:GetObject",)), '"s3:Get*"', '"s3:GetObject"'),
        (
            ReplaceValues(at("m.tf", 2, 3), "Action", ("s3:PutObject",), ("s3:A", "s3:B")),
            '      "s3:PutObject",\n',
            '      "s3:A",\n      "s3:B",\n',
        ),
        (ReplaceValues(at("m.tf", 2, 3), "Action", ("s3:PutObject",), ()), '      "s3:PutObject",\n', ""),
        (
            RemoveStatement(at("m.tf", 9, 3)),
            '  statement {\n    actions   = ["sqs:*"]\n    resources = ["*"]\n  }\n',
            "",
        ),
        (
            ReplaceValues(at("m.tf", 17, 18), "Action", ("iam:*",), ("iam:Get*", "iam:List*")),
            '"iam:*"',
            '["iam:Get*", "iam:List*"]',
        ),
        (ReplaceValues(at("m.tf", 24, 8), "Action", ("ec2:*",), ("ec2:Describe*",)), '"ec2:*"', '"ec2:Describe*"'),
    ],
)  # fmt: skip
def test_terraform(change: Change, old: str, new: str) -> None:
    assert after(TERRAFORM, "m.tf", change) == TERRAFORM.replace(old, new)


@pytest.mark.parametrize(
    ("text", "name", "change"),
    [
        (JSON, "p.json", ReplaceValues(at("p.json", 4, 5), "Action", ("nowhere:*",), ())),
        (JSON, "p.json", ReplaceValues(at("p.json", 4, 5), "Action", ("s3:Get*", "s3:PutObject"), ())),
        (JSON, "p.json", ReplaceValues(at("p.json", 9, 9), "Action", ("s3:Get*",), ())),
        (JSON, "p.json", RemoveStatement(at("p.json", 1, 1))),
        (TERRAFORM.replace('"s3:Get*"', "local.read"), "m.tf", ReplaceValues(at("m.tf", 2, 3), "Action", ("s3:Get*",), ())),
        (TERRAFORM, "m.tf", ReplaceValues(at("m.tf", 2, 3), "Resource", ("*",), ("arn:aws:s3:::${aws:username}",))),
        ("a = [", "m.tf", RemoveStatement(at("m.tf", 1, 1))),
        ("[dev]", "zappa_settings.toml", RemoveStatement(at("zappa_settings.toml", 1, 1))),
    ],
)  # fmt: skip
def test_what_cannot_be_edited_says_why(text: str, name: str, change: Change) -> None:
    result = edited(text, name, change)
    assert isinstance(result, CannotEdit)
    assert result.reason


def test_a_whole_policy_keeps_its_indentation() -> None:
    policy = parse_policy(
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}', "n"
    )
    result = after(JSON, "p.json", ReplacePolicies((at("p.json", 1, 1),), (policy,)))
    assert result.startswith('{\n  "Version"')
    assert result.endswith("}\n")
    assert '"s3:*"' in result
