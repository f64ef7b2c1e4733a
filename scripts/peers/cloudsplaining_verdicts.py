"""Which policies cloudsplaining flags: case id -> policy texts on stdin, the flagged ids as JSON on the last line.

Runs in cloudsplaining's own environment.
"""

import json
import sys

from cloudsplaining.scan.policy_document import PolicyDocument


def main() -> None:
    """Read the cases, scan each policy, print what is flagged."""
    cases = json.loads(sys.stdin.read())
    print(json.dumps(sorted(id for id, texts in cases.items() if any(_flagged(text) for text in texts))))


def _flagged(text: str) -> bool:
    policy = PolicyDocument(json.loads(text))
    return bool(
        policy.allows_privilege_escalation
        or policy.permissions_management_without_constraints
        or policy.write_actions_without_constraints
        or policy.allows_data_exfiltration_actions
        or policy.credentials_exposure
        or policy.service_wildcard
        or policy.infrastructure_modification
    )


if __name__ == "__main__":
    main()
