"""Terraform: the files of a folder are one configuration, and a module is read through its caller, once."""

from pathlib import Path

import pytest

from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.inputs.read_tree import ReadTree
from secrets_cli.repository.one_file import ReadAsk
from secrets_cli.repository.reading import read_paths
from tests.unit.repository.trees import ADMIN, made

_POLICY = """
resource "aws_iam_user_policy" "p" {
  user   = "u"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::${var.arn}/*" }] })
}
"""
_VARIABLE = 'variable "arn" {}\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _resources(tree: ReadTree) -> list[str]:
    statements = (one for file in tree.files for policy in file.found.policies for one in policy.policy.statements)
    values = (value for one in statements if one.resource for value in one.resource.values)
    return [value.removeprefix("arn:aws:s3:::").removesuffix("/*") for value in values]


def test_the_files_of_a_folder_are_one_configuration(tmp_path: Path) -> None:
    made(
        tmp_path,
        {
            "main.tf": _POLICY,
            "variables.tf": _VARIABLE,
            "terraform.tfvars": 'arn = "a"\n',
            "z.auto.tfvars": 'arn = "b"',
        },
    )
    tree = read_paths(["."], ReadAsk())
    assert [file.name for file in tree.files] == ["."]
    assert _resources(tree) == ["b"]


def test_what_is_supplied_goes_before_the_files_and_a_tfvars_file_before_those_of_the_folder(tmp_path: Path) -> None:
    made(tmp_path, {"main.tf": _VARIABLE + _POLICY, "terraform.tfvars": 'arn = "a"\n'})
    assert _resources(read_paths(["."], ReadAsk(terraform_values={"arn": "c"}))) == ["c"]
    assert _resources(read_paths(["."], ReadAsk({"arn": "d"}, {"arn": "c"}))) == ["d"]


def test_a_file_that_is_named_is_read_with_its_folder_and_alone_reported_on(tmp_path: Path) -> None:
    made(tmp_path, {"main.tf": _POLICY, "variables.tf": 'variable "arn" {\n  default = "x"\n}\n', "other.tf": _POLICY})
    (file,) = read_paths(["main.tf"], ReadAsk()).files
    assert file.own - file.context == {"main.tf"}
    assert "x" in _resources(ReadTree((file,)))


def test_a_module_is_read_through_each_caller_and_not_by_itself(tmp_path: Path) -> None:
    call = 'module "m" {\n  source = "../m"\n  arn    = "%s"\n}\n'
    made(tmp_path, {"m/main.tf": _VARIABLE + _POLICY, "a/main.tf": call % "one", "b/main.tf": call % "two"})
    tree = read_paths(["."], ReadAsk())
    assert sorted(_resources(tree)) == ["one", "two"]


def test_a_module_that_nobody_calls_is_read_by_itself(tmp_path: Path) -> None:
    made(tmp_path, {"m/main.tf": _VARIABLE + _POLICY, "a/main.tf": '# source = "../m"\nlocals { x = "aws_" }\n'})
    tree = read_paths(["."], ReadAsk())
    assert _resources(tree) == [UNKNOWN]
    assert [one.supply for file in tree.files for one in file.found.unresolved] == ["--var arn=..."]


def test_modules_that_call_each_other_are_read_all_the_same(tmp_path: Path) -> None:
    made(
        tmp_path,
        {
            "a/main.tf": 'module "b" {\n  source = "../b"\n  arn = "1"\n}\n' + _VARIABLE + _POLICY,
            "b/main.tf": 'module "a" {\n  source = "../a"\n  arn = "2"\n}\n' + _VARIABLE + _POLICY,
        },
    )
    assert {"1", "2"} <= set(_resources(read_paths(["."], ReadAsk())))


def test_a_module_outside_the_repository_is_not_read(tmp_path: Path) -> None:
    made(
        tmp_path,
        {
            "m/main.tf": _VARIABLE + _POLICY,
            "repo/.git/HEAD": "",
            "repo/main.tf": 'module "aws_m" {\n  source = "../m"\n}\n',
        },
    )
    (file,) = read_paths(["repo"], ReadAsk()).files
    assert [one.reason for one in file.found.unresolved] == ["module `aws_m` in `../m` is not there"]


def test_a_broken_file_does_not_hide_the_others_of_its_folder(tmp_path: Path) -> None:
    made(
        tmp_path,
        {"main.tf": _POLICY.replace("${var.arn}", "x"), "broken.tf": 'resource "aws_x" {{', "t.auto.tfvars": "= 1"},
    )
    tree = read_paths(["."], ReadAsk())
    assert [one.file for one in tree.unreadable] == ["broken.tf", "t.auto.tfvars"]
    assert _resources(tree) == ["x"]


def test_a_broken_module_is_told_of_once(tmp_path: Path) -> None:
    made(tmp_path, {"main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/main.tf": 'resource "aws_x" {{'})
    assert [one.file for one in read_paths(["."], ReadAsk()).unreadable] == ["m/main.tf"]


def test_a_policy_file_that_terraform_reads_is_held_once(tmp_path: Path) -> None:
    made(
        tmp_path,
        {
            "main.tf": 'resource "aws_iam_user_policy" "p" {\n  user = "u"\n  policy = file("p.json")\n}\n',
            "p.json": ADMIN,
        },
    )
    tree = read_paths(["."], ReadAsk())
    policies = [one for file in tree.files for one in file.found.policies]
    assert len(policies) == 1
    assert policies[0].principal
    assert {one.location.file for one in policies[0].policy.statements if one.location} == {"p.json"}


def test_a_configuration_of_another_cloud_is_none_of_ours(tmp_path: Path) -> None:
    tree = read_paths([str(made(tmp_path, {"main.tf": 'resource "google_project" "p" {}\n'}))], ReadAsk())
    assert (tree.files, tree.skipped) == ((), {"of no kind that holds policies": 1})
