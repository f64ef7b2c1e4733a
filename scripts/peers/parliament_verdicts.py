"""Which policies parliament flags, its community auditors included: case id -> policy texts on stdin, the flagged ids as JSON on
the last line."""

import json
import sys

import parliament  # type: ignore[import-untyped]  # it has no annotations

NOT_BREADTH = {"MALFORMED", "JSON", "UNKNOWN", "INVALID", "MISMATCH", "MISSING"}


def main() -> None:
    """Read the cases, analyse each policy, print what is flagged."""
    cases = json.loads(sys.stdin.read())
    print(json.dumps(sorted(id for id, texts in cases.items() if any(_flagged(text) for text in texts))))


def _flagged(text: str) -> bool:
    """Anything about breadth: its low RESOURCE_STAR counts, what is said of the policy's form does not."""
    policy = parliament.analyze_policy_string(text, include_community_auditors=True)
    return any(not any(word in finding.issue for word in NOT_BREADTH) for finding in policy.findings)


if __name__ == "__main__":
    main()
