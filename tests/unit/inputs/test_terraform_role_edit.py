"""Statements in Terraform's language, and the edits of a role's files that no log leads to."""

from collections.abc import Mapping

import pytest

from secrets_cli.catalog.managed_policies import managed_policy
from secrets_cli.iam.equality import unequal
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.inputs.found import Supplied
from secrets_cli.inputs.list_edit import CannotEdit
from secrets_cli.inputs.project import identity_policies
from secrets_cli.inputs.project_terraform import TerraformReading, read_configuration
from secrets_cli.inputs.terraform_hcl import Words, blocks, object_list
from secrets_cli.inputs.terraform_role_edit import TerraformEdit, terraform_written
from secrets_cli.json_value import JsonValue

ROLE = """\
provider "aws" { region = "eu-west-1" }
resource "aws_iam_role" "api" {
  name               = "api"
  assume_role_policy = "{}"
}
"""
TRACING = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"
ATTACHED = f'resource "aws_iam_role_policy_attachment" "x" {{\n  role = aws_iam_role.api.name\n  policy_arn = "{TRACING}"\n}}\n'
VALUES = {"account_id": "111122223333"}


def read(files: Mapping[str, str]) -> TerraformReading:
    return read_configuration(files, Supplied(VALUES, managed=managed_policy), lambda _path: None)


def written(text: str, *narrowed: Policy, in_file_words: bool = True) -> TerraformEdit | CannotEdit:
    return terraform_written(
        read({"main.tf": text}), ["main.tf"], "aws_iam_role.api", narrowed, in_file_words=in_file_words
    )


def changed(text: str, *narrowed: Policy) -> str:
    """The text behind the change, which grants exactly the policies."""
    edit = written(text, *narrowed)
    assert isinstance(edit, TerraformEdit), edit
    after = {"main.tf": text, **edit.texts}
    found = identity_policies(read(after).found, "role aws_iam_role.api")
    assert unequal([one.policy for one in found], narrowed) is None
    return after["main.tf"]


def policy(text: str) -> Policy:
    return parse_policy(text, "narrowed")


READ = policy(
    '{"Version": "2012-10-17",'
    ' "Statement": [{"Sid": "A", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}'
)
VARIABLE = policy(
    '{"Version": "2012-10-17", "Statement": [{"Sid": "Own", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"],'
    ' "Resource": "arn:aws:s3:::home/${aws:username}/*", "Condition": {"StringLike": {"s3:prefix": ["a%{b", "c\\"d\\\\"]},'
    ' "Bool": {"aws:SecureTransport": "true"}}}, {"Sid": "No", "Effect": "Deny", "NotAction": "s3:*", "NotResource": "*"}]}'
)
FORMS = {
    "document": 'data "aws_iam_policy_document" "a" {\n  statement {\n    actions = ["*"]\n    resources = ["*"]\n  }\n}\n'
    'resource "aws_iam_role_policy" "a" {\n  role = aws_iam_role.api.id\n  policy = data.aws_iam_policy_document.a.json\n}\n',
    "empty document": 'data "aws_iam_policy_document" "a" {}\n'
    'resource "aws_iam_role_policy" "a" {\n  role = aws_iam_role.api.id\n  policy = data.aws_iam_policy_document.a.json\n}\n',
    "no statements": 'data "aws_iam_policy_document" "a" {\n  policy_id = "x"\n}\n'
    'resource "aws_iam_role_policy" "a" {\n  role = aws_iam_role.api.id\n  policy = data.aws_iam_policy_document.a.json\n}\n',
    "object": 'resource "aws_iam_role_policy" "a" {\n  role = aws_iam_role.api.id\n  policy = jsonencode({})\n}\n',
    "old version": 'resource "aws_iam_role_policy" "a" {\n  role = aws_iam_role.api.id\n'
    '  policy = jsonencode({ Version = "2008-10-17", Statement = [] })\n}\n',
    "heredoc": 'resource "aws_iam_role_policy" "a" {\n  role = aws_iam_role.api.id\n  policy = <<EOF\n'
    '{"Statement": []}\nEOF\n}\n',
    "attachment": ATTACHED,
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_takes_policy_variables_escapes_conditions_and_denials(form: str) -> None:
    after = changed(ROLE + FORMS[form], VARIABLE)
    assert after.startswith(ROLE)
    assert TRACING not in after


def test_an_attachment_within_the_narrowed_policy_stays() -> None:
    traced = managed_policy(TRACING)
    assert traced is not None
    text = ROLE + ATTACHED + FORMS["object"]
    after = changed(text, READ, traced)
    assert ATTACHED in after
    after = changed(text, READ)
    assert TRACING not in after


def test_what_goes_leaves_no_gap_and_takes_its_comment_along() -> None:
    text = (
        ROLE
        + "\n# basics\n"
        + ATTACHED
        + "\n"
        + ATTACHED.replace('"x"', '"y"')
        + """
data "aws_iam_policy_document" "a" {
  # one
  statement {
    actions   = ["s3:*"]
    resources = ["*"]
  }

  # two
  statement {
    actions   = ["sqs:*"]
    resources = ["*"]
  }

  statement {
    actions   = ["sns:*"]
    resources = ["*"]
  } # three
}
resource "aws_iam_role_policy" "a" {
  role   = aws_iam_role.api.id
  policy = data.aws_iam_policy_document.a.json
}
resource "aws_sqs_queue" "q" {
  depends_on = [
    aws_iam_role_policy.a, # stays
    aws_iam_role_policy_attachment.x, # goes
    aws_iam_role_policy_attachment.y
  ]
}
"""
    )
    assert (
        changed(text, READ)
        == ROLE
        + """
data "aws_iam_policy_document" "a" {
  # one
  statement {
    sid       = "A"
    effect    = "Allow"
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
}
resource "aws_iam_role_policy" "a" {
  role   = aws_iam_role.api.id
  policy = data.aws_iam_policy_document.a.json
}
resource "aws_sqs_queue" "q" {
  depends_on = [
    aws_iam_role_policy.a, # stays
  ]
}
"""
    )


def test_windows_line_ends_and_a_mark_are_read() -> None:
    text = ("\ufeff" + ROLE + FORMS["object"]).replace("\n", "\r\n")
    edit = written(text, READ)
    assert isinstance(edit, TerraformEdit)
    after = edit.texts["main.tf"]
    assert after.startswith(("\ufeff" + ROLE).replace("\n", "\r\n"))
    assert after.count("\n") == after.count("\r\n")


def test_a_policy_too_large_is_refused() -> None:
    names = ", ".join(f'"arn:aws:s3:::{"b" * 50}{number}/*"' for number in range(200))
    large = policy(
        f'{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "s3:*", "Resource": [{names}]}}]}}'
    )
    edit = written(ROLE + FORMS["object"], large)
    assert isinstance(edit, CannotEdit)
    assert "at most 10,240" in edit.reason


def test_statements_are_laid_out_as_terraform_fmt_does() -> None:
    statement: JsonValue = {
        "Sid": "Own",
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:PutObject"],
        "Resource": "arn:aws:s3:::files/in/${aws:username}",
        "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}},
    }
    words = Words({"arn:aws:s3:::files": "${aws_s3_bucket.files.arn}"})
    assert "\n".join(blocks([statement], words, "  ")) == (
        "statement {\n"
        '    sid    = "Own"\n'
        '    effect = "Allow"\n'
        "    actions = [\n"
        '      "s3:GetObject",\n'
        '      "s3:PutObject",\n'
        "    ]\n"
        '    resources = ["${aws_s3_bucket.files.arn}/in/$${aws:username}"]\n'
        "\n"
        "    condition {\n"
        '      test     = "StringEquals"\n'
        '      variable = "aws:SourceVpc"\n'
        '      values   = ["vpc-1"]\n'
        "    }\n"
        "  }"
    )
    assert object_list([{"Sid": "Own", "Resource": "arn:aws:s3:::files"}], words, "", quoted_keys=True, sign=":") == (
        '[\n  {\n    "Sid": "Own"\n    "Resource": aws_s3_bucket.files.arn\n  },\n]'
    )
