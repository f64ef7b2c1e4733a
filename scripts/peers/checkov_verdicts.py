"""Which files checkov flags: case id -> file on stdin, the flagged ids as JSON on the last line.

Runs in checkov's own environment.

Counted are its checks about policies: the category IAM, and three about policies that it files elsewhere. Encryption, tags and
the like have nothing to do with what the labels are about.
"""

import gc
import json
import sys
from pathlib import Path

from checkov.cloudformation.runner import Runner as CloudFormation
from checkov.common.checks.base_check import BaseCheck
from checkov.runner_filter import RunnerFilter
from checkov.terraform.runner import Runner as Terraform

ABOUT_POLICIES = {"CKV_AWS_32", "CKV_AWS_387", "CKV2_AWS_40"}


def main() -> None:
    """Read the cases, run checkov on each file, print what it flags."""
    cases = json.loads(sys.stdin.read())
    failed = {id: _failed(Path(path)) for id, path in cases.items()}
    about = ABOUT_POLICIES | {check.id for check in gc.get_objects() if isinstance(check, BaseCheck) and _is_iam(check)}
    print(json.dumps(sorted(id for id, checks in failed.items() if checks & about)))


def _failed(path: Path) -> set[str]:
    found = set()
    for runner, framework in ((Terraform, "terraform"), (CloudFormation, "cloudformation")):
        report = runner().run(root_folder=str(path.parent), runner_filter=RunnerFilter(framework=[framework]))
        found |= {record.check_id for record in report.failed_checks}
    return found


def _is_iam(check: BaseCheck) -> bool:
    return any(getattr(category, "name", "") == "IAM" for category in check.categories)


if __name__ == "__main__":
    main()
