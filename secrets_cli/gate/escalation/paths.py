"""The table of paths.

What is known of them is from two lists, read by meaning and written down anew: names, required actions, what is gained.

* DataDog pathfinding.cloud, 65 paths, commit 84dd65c97f of 2025-12, Apache-2.0: all of them, under its ids.
  https://github.com/DataDog/pathfinding.cloud
* Rhino Security Labs, AWS-IAM-Privilege-Escalation, 28 methods, commit 9ea10d3b31 of 2019-07, BSD-3-Clause: all but the
  three through AWS CodeStar (23 to 25), in which no project can be made since 2024-07-31
  (https://docs.aws.amazon.com/codestar/latest/userguide/security_iam_service-with-iam.html).
  https://github.com/RhinoSecurityLabs/AWS-IAM-Privilege-Escalation

Ours (`own-`) are those that follow from AWS's documentation: principals that the caller makes or changes, and services that
call any API with a role passed to them.

Where we ask for less than a list: `ec2:DescribeInstances` to push an SSH key (an instance's id can be known otherwise).
Where for more: an instance to be started needs its image granted too, a command its document.
"""

from typing import Final

from secrets_cli.gate.escalation.path import Path
from secrets_cli.gate.escalation.paths_of_iam import MAKES_A_PRINCIPAL, TAKES_OVER_OTHERS, WRITES_ITS_OWN_POLICIES
from secrets_cli.gate.escalation.paths_of_services import PASSES_A_ROLE, USES_EXISTING_ROLES

PATHS: Final[tuple[Path, ...]] = (
    *MAKES_A_PRINCIPAL,
    *WRITES_ITS_OWN_POLICIES,
    *TAKES_OVER_OTHERS,
    *PASSES_A_ROLE,
    *USES_EXISTING_ROLES,
)
"""Those that depend on nothing but the caller first, then by what they give."""
