"""`role narrow --project` on a folder of Terraform files: each form that a policy is written in, and each refusal.

The law of every form: read again, the files grant exactly the narrowed policy, and every line that is no part of the role's
policies is as it was.
"""

import json
from pathlib import Path

import pytest

from secrets_cli.account.project import StageAsk, project_files, stages_of
from secrets_cli.iam.equality import unequal
from secrets_cli.iam.parse import parse_policy
from tests.conftest import Ran, RunCli
from tests.unit.usage.made_records import record, role_session

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/api-dev"
TABLE = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders-dev"
AROUND = """\
provider "aws" {
  region              = var.region
  allowed_account_ids = ["123456789012"] # ours
}
variable "region" { default = "eu-west-1" }
variable "stage" { default = "dev" }

resource "aws_dynamodb_table" "orders" {
  name     = "orders-${var.stage}" // the table
  hash_key = "id"
}
resource "aws_s3_bucket" "files" { bucket = "files-${var.stage}" }

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}
"""
ROLE_TF = """
# the role of the function
resource "aws_iam_role" "api" {
  name               = "api-${var.stage}"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
"""
FUNCTION = """
resource "aws_lambda_function" "api" {
  function_name = "api-${var.stage}"
  role          = aws_iam_role.api.arn
  handler       = "app.handler" # the handler
}
"""
GRANT = """
resource "aws_iam_role_policy" "api" {
  role   = aws_iam_role.api.id # whose
  policy = {policy}
}
"""
OBJECT = """jsonencode({
    Version = "2012-10-17" # always
    Statement = [
      { Effect = "Allow", Action = "dynamodb:*", Resource = aws_dynamodb_table.orders.arn },
      { Effect = "Allow", Action = ["s3:*"], Resource = "${aws_s3_bucket.files.arn}/*" },
    ]
  })"""
HEREDOC = """<<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "${aws_dynamodb_table.orders.arn}"},
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
      ]
    }
  EOT"""
DOCUMENT = """
data "aws_iam_policy_document" "api" {
  # the table
  statement {
    actions   = ["dynamodb:*"]
    resources = [aws_dynamodb_table.orders.arn]
  }

  # the files
  statement {
    actions   = ["s3:*"]
    resources = ["${aws_s3_bucket.files.arn}/*"]
  }
}
"""
FULL_ACCESS = """
resource "aws_iam_role_policy_attachment" "all" {
  role       = aws_iam_role.api.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
}

resource "aws_iam_role_policy_attachment" "table" {
  role       = aws_iam_role.api.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"
}
"""
OWN_POLICY = """
resource "aws_iam_policy" "api" {
  name   = "api"
  policy = {policy}
}
resource "aws_iam_role_policy_attachment" "api" {
  role       = aws_iam_role.api.name
  policy_arn = aws_iam_policy.api.arn
}
"""
QUOTED = json.dumps(
    json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
)


def grant(policy: str, layout: str = GRANT) -> str:
    return layout.replace("{policy}", policy)


def with_line(line: str) -> str:
    """The role with one more argument or block."""
    return ROLE_TF.replace("trust.json\n", f"trust.json\n  {line}\n")


class Configuration:
    """A folder of Terraform files, and a log of what its function did."""

    def __init__(self, cli: RunCli, folder: Path) -> None:
        self.cli = cli
        self.folder = folder

    def put(self, *parts: str, **files: str) -> None:
        """`main.tf` with the parts, and other files by their names without the dot."""
        (self.folder / "main.tf").write_text("".join((AROUND, *parts, FUNCTION)), encoding="utf-8")
        for name, text in files.items():
            (self.folder / name.replace("__", ".")).write_text(text, encoding="utf-8")

    def text(self, name: str = "main.tf") -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def run(self, *more: str) -> Ran:
        session = role_session(ROLE, "api-dev", ACCOUNT)
        read = record(
            userIdentity=session,
            eventID="1",
            requestParameters={"bucketName": "files-dev", "key": "in/a.txt"},
            resources=[{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::files-dev/in/a.txt"}],
        )
        item = record(
            userIdentity=session,
            eventID="2",
            eventSource="dynamodb.amazonaws.com",
            eventName="GetItem",
            requestParameters={"tableName": "orders-dev", "key": {}},
            resources=[{"type": "AWS::DynamoDB::Table", "ARN": TABLE, "accountId": ACCOUNT}],
        )
        log = self.folder / "log.json"
        log.write_text(json.dumps({"Records": [read, item]}), encoding="utf-8")
        words = ("role", "narrow", "--project", str(self.folder), "--logs", str(log), "--drop-invisible", "all")
        return self.cli(*words, "--format", "json", *more)

    def write(self, *more: str) -> Ran:
        """Narrow and write; the law holds."""
        ran = self.run("--write", "--yes", *more)
        assert ran.code == 0, ran.err
        (file,) = project_files(str(self.folder))
        (stage,) = stages_of(file, StageAsk(None, ACCOUNT))
        role = stage.role("role aws_iam_role.api")
        assert role is not None
        narrowed = [parse_policy(json.dumps(one), "narrowed") for one in json.loads(ran.out)["policies"]]
        assert unequal([one.policy for one in role.policies], narrowed) is None
        assert self.text().startswith(AROUND)
        assert "# the role of the function\n" in self.text()
        assert "# the handler\n" in self.text()
        again = self.run("--write", "--yes")
        assert again.code == 0
        assert "nothing to write" in again.err
        return ran


@pytest.fixture
def terraform(cli: RunCli, tmp_path: Path) -> Configuration:
    return Configuration(cli, tmp_path)


def test_jsonencode(terraform: Configuration) -> None:
    terraform.put(ROLE_TF, grant(OBJECT))
    terraform.write()
    assert """\
  policy = jsonencode({
    Version = "2012-10-17" # always
    Statement = [
      {
        Sid      = "DynamoDBGetItemOrdersDevTable"
        Effect   = "Allow"
        Action   = "dynamodb:GetItem"
        Resource = aws_dynamodb_table.orders.arn
      },
      {
        Sid      = "S3GetObjectFilesDevInATxtObject"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${aws_s3_bucket.files.arn}/in/a.txt"
      },
    ]
  })
""" in terraform.text()


def test_the_keys_of_jsonencode_are_written_as_they_were(terraform: Configuration) -> None:
    quoted = """jsonencode({ "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}] })"""
    terraform.put(ROLE_TF, grant(quoted))
    terraform.write()
    assert '"Action": "dynamodb:GetItem"' in terraform.text()


def test_a_heredoc(terraform: Configuration) -> None:
    terraform.put(ROLE_TF, grant(HEREDOC))
    terraform.write()
    assert '"Resource": "${aws_dynamodb_table.orders.arn}"' in terraform.text()
    assert '"Resource": "arn:aws:s3:::files-dev/in/a.txt"' in terraform.text()  # which the old text has no words for
    assert "policy = <<-EOT\n    {\n" in terraform.text()
    assert "\n    }\n  EOT\n" in terraform.text()


DOCUMENT_DIFF = """\
@@ -24,14 +24,17 @@
 data "aws_iam_policy_document" "api" {
   # the table
   statement {
-    actions   = ["dynamodb:*"]
+    sid       = "DynamoDBGetItemOrdersDevTable"
+    effect    = "Allow"
+    actions   = ["dynamodb:GetItem"]
     resources = [aws_dynamodb_table.orders.arn]
   }

-  # the files
   statement {
-    actions   = ["s3:*"]
-    resources = ["${aws_s3_bucket.files.arn}/*"]
+    sid       = "S3GetObjectFilesDevInATxtObject"
+    effect    = "Allow"
+    actions   = ["s3:GetObject"]
+    resources = ["${aws_s3_bucket.files.arn}/in/a.txt"]
   }
 }

"""


def test_a_policy_document_and_attachments_that_go(terraform: Configuration) -> None:
    terraform.put(DOCUMENT, ROLE_TF, grant("data.aws_iam_policy_document.api.json"), FULL_ACCESS)
    before = terraform.text()
    ran = terraform.run("--write")
    assert ran.code == 2
    assert "give `--yes`" in ran.err
    assert terraform.text() == before
    shown = "\n".join(line.rstrip() for line in ran.err.splitlines())
    assert DOCUMENT_DIFF in shown
    removed = [line[1:] for line in shown.splitlines() if line.startswith("-") and not line.startswith("---")]
    assert "\n".join(removed).strip().endswith(FULL_ACCESS.strip())
    terraform.write()
    assert "attachment" not in terraform.text()


@pytest.mark.parametrize(
    "parts",
    [
        (ROLE_TF, grant(QUOTED)),
        (ROLE_TF, grant("local.policy"), f"locals {{\n  policy = {OBJECT}\n}}\n"),
        (ROLE_TF, OWN_POLICY.replace("{policy}", HEREDOC)),
        (ROLE_TF, OWN_POLICY.replace("{policy}", OBJECT), FULL_ACCESS),
        (ROLE_TF, FULL_ACCESS),
        (ROLE_TF, grant(OBJECT), grant(HEREDOC).replace('"api" {', '"more" {', 1)),
        (with_line(f'inline_policy {{\n    name   = "a"\n    policy = {OBJECT}\n  }}'),),
        (
            with_line('managed_policy_arns = ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]'),
            DOCUMENT,
            grant("data.aws_iam_policy_document.api.json"),
            FULL_ACCESS,
        ),
        (
            ROLE_TF,
            """
resource "aws_iam_role_policy_attachment" "each" {
  for_each   = toset(["arn:aws:iam::aws:policy/AmazonS3FullAccess", "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"])
  role       = aws_iam_role.api.name
  policy_arn = each.value
}
""",
        ),
    ],
    ids=["quoted", "local", "policy-heredoc", "policy-object", "attachments", "two", "inline", "arns", "each"],
)  # fmt: skip
def test_every_form(terraform: Configuration, parts: tuple[str, ...]) -> None:
    terraform.put(*parts)
    terraform.write()


def test_json_of_a_file_is_written_there(terraform: Configuration) -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["s3:*", "dynamodb:*"], "Resource": "*"}],
    }
    terraform.put(ROLE_TF, grant('file("${path.module}/api.json")'), api__json=json.dumps(document, indent=4))  # fmt: skip
    before = terraform.text()
    terraform.write()
    assert terraform.text() == before
    written = json.loads(terraform.text("api.json"))
    assert [one["Action"] for one in written["Statement"]] == ["dynamodb:GetItem", "s3:GetObject"]


@pytest.mark.parametrize(
    "waits",
    [
        "  depends_on = [aws_iam_role_policy_attachment.all]\n",
        "  depends_on = [aws_s3_bucket.files, aws_iam_role_policy_attachment.all, aws_iam_role_policy_attachment.table]\n",
        "  depends_on = [\n    aws_iam_role_policy_attachment.all,\n    aws_s3_bucket.files,\n"
        "    aws_iam_role_policy_attachment.table\n  ]\n",
    ],
)
def test_what_waits_for_an_attachment_waits_for_what_grants_now(terraform: Configuration, waits: str) -> None:
    terraform.put(ROLE_TF, grant(OBJECT), FULL_ACCESS)
    path = terraform.folder / "main.tf"
    path.write_text(terraform.text().replace("# the handler\n", f"# the handler\n{waits}"), encoding="utf-8")
    terraform.write()
    assert "attachment" not in terraform.text()
    now = " ".join(terraform.text().rpartition("depends_on = ")[2].split())
    assert now.startswith(
        (
            "[aws_iam_role_policy.api]",
            "[aws_s3_bucket.files, aws_iam_role_policy.api]",
            "[ aws_iam_role_policy.api, aws_s3_bucket.files, ]",
        )
    )


def test_a_function_does_not_wait_for_a_policy_that_names_it(terraform: Configuration) -> None:
    own = '{ Effect = "Allow", Action = "lambda:InvokeFunction", Resource = aws_lambda_function.api.arn },\n    ]'
    terraform.put(ROLE_TF, grant(OBJECT.replace("    ]", f"      {own}", 1)), FULL_ACCESS)
    path = terraform.folder / "main.tf"
    waits = "# the handler\n  depends_on = [aws_iam_role_policy_attachment.all]\n"
    path.write_text(terraform.text().replace("# the handler\n", waits), encoding="utf-8")
    terraform.write()
    assert "depends_on" not in terraform.text()  # each would wait for the other


def test_the_managed_policy_of_logs_gives_way_to_the_functions_own_group(terraform: Configuration) -> None:
    logs = FULL_ACCESS.split("\n\n", maxsplit=1)[0].replace(
        "AmazonS3FullAccess", "service-role/AWSLambdaBasicExecutionRole"
    )
    terraform.put(ROLE_TF, grant(OBJECT), logs)
    ran = terraform.run()
    assert ran.code == 0, ran.err
    assert {"logs:PutLogEvents"} <= {one["action"] for one in json.loads(ran.out)["kept"]}
    terraform.write()
    assert "AWSLambdaBasicExecutionRole" not in terraform.text()  # it grants all log groups
    assert "logs:PutLogEvents" in terraform.text()


def test_an_arn_that_may_be_another_is_written_out(terraform: Configuration) -> None:
    terraform.put(ROLE_TF, grant(OBJECT))
    path = terraform.folder / "main.tf"
    path.write_text(
        terraform.text().replace('hash_key = "id"', 'hash_key = "id"\n  provider = aws.other'), encoding="utf-8"
    )
    ran = terraform.run("--write", "--yes")
    assert ran.code == 0, ran.err
    assert f'Resource = "{TABLE}"' in terraform.text()
    assert 'Resource = "${aws_s3_bucket.files.arn}/in/a.txt"' in terraform.text()


OTHER_ROLE = """
resource "aws_iam_role" "other" {
  name               = "other"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
"""


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ((ROLE_TF.replace("{\n", "{\n  count = 1\n", 1), grant(OBJECT)), "has `count`"),
        ((ROLE_TF, grant(OBJECT).replace("{\n", '{\n  for_each = toset(["a"])\n', 1)), "has `for_each`"),
        (
            (
                ROLE_TF,
                OTHER_ROLE,
                OWN_POLICY.replace("{policy}", OBJECT),
                'resource "aws_iam_role_policy_attachment" "other" {\n  role = aws_iam_role.other.name\n'
                "  policy_arn = aws_iam_policy.api.arn\n}\n",
            ),
            "`aws_iam_policy.api` is also used here",
        ),
        (
            (
                ROLE_TF,
                OTHER_ROLE,
                DOCUMENT,
                grant("data.aws_iam_policy_document.api.json"),
                'resource "aws_iam_role_policy" "other" {\n  role = aws_iam_role.other.name\n'
                "  policy = data.aws_iam_policy_document.api.json\n}\n",
            ),
            "`data.aws_iam_policy_document.api` is also used at",
        ),
        (
            (
                ROLE_TF,
                'data "aws_iam_policy_document" "api" {\n  dynamic "statement" {\n    for_each = ["s3:*", "dynamodb:*"]\n'
                '    content {\n      actions   = [statement.value]\n      resources = ["*"]\n    }\n  }\n}\n',
                grant("data.aws_iam_policy_document.api.json"),
            ),
            "has `dynamic` blocks; write its statements out",
        ),
        (
            (ROLE_TF, grant('var.stage == "dev" ? ' + QUOTED + " : " + QUOTED)),
            "is made in a way that is not written back",
        ),
        (
            (
                ROLE_TF,
                grant(OBJECT),
                FULL_ACCESS,
                'output "all" { value = aws_iam_role_policy_attachment.all.id }\n',
            ),
            "goes with the narrowed policy, and is named here",
        ),
        (
            (
                ROLE_TF,
                OTHER_ROLE,
                grant(OBJECT),
                'resource "aws_iam_policy_attachment" "both" {\n  name = "both"\n'
                "  roles = [aws_iam_role.api.name, aws_iam_role.other.name]\n"
                '  policy_arn = "arn:aws:iam::aws:policy/AmazonS3FullAccess"\n}\n',
            ),
            "is for others too",
        ),
    ],
)
def test_what_is_refused_leaves_all_as_it_was(terraform: Configuration, parts: tuple[str, ...], reason: str) -> None:
    terraform.put(*parts)
    before = terraform.text()
    ran = terraform.run("--write", "--yes")
    assert ran.code == 21, ran.err
    assert reason in ran.err
    assert terraform.text() == before


def test_a_role_of_a_module_is_narrowed_and_not_written(terraform: Configuration) -> None:
    (terraform.folder / "app").mkdir()
    module = AROUND.split("\n\n", maxsplit=1)[1] + ROLE_TF + grant(OBJECT) + FUNCTION + 'variable "stage" {}\n'
    (terraform.folder / "app" / "main.tf").write_text(module, encoding="utf-8")
    root = AROUND.split("\n\n", maxsplit=1)[0] + '\nmodule "app" {\n  source = "./app"\n  stage  = var.stage\n}\n'
    (terraform.folder / "main.tf").write_text(root, encoding="utf-8")
    ran = terraform.run("--write", "--yes")
    assert ran.code == 21, ran.err
    assert "the role is made in a module: narrow it in `app`" in ran.err
    assert (terraform.folder / "app" / "main.tf").read_text(encoding="utf-8") == module


def test_what_the_files_do_not_say_blocks(terraform: Configuration) -> None:
    unknown = grant(OBJECT).replace("role   = aws_iam_role.api.id", "role   = var.whose").replace('"api" {', '"more" {')
    terraform.put(ROLE_TF, grant(OBJECT), unknown)
    ran = terraform.run()
    assert ran.code == 21
    assert "whose policy this is, is not known: `var.whose`" in ran.out


def test_the_policy_of_one_stage_is_not_given_to_the_others_unseen(terraform: Configuration) -> None:
    stages = {"dev__tfvars": 'stage = "dev"\n', "prod__tfvars": 'stage = "prod"\n'}
    terraform.put(ROLE_TF, grant(OBJECT), **stages)
    before = terraform.text()
    assert "has several stages: dev, prod" in terraform.run("--write", "--yes").err
    ran = terraform.run("--stage", "dev", "--write", "--yes")
    assert ran.code == 21
    assert "the stage `prod` would get the same policy" in ran.err
    assert terraform.text() == before
    ran = terraform.run("--stage", "dev", "--write", "--yes", "--other-stages")
    assert ran.code == 0, ran.err
    assert "terraform apply -var-file=dev.tfvars" in ran.err
