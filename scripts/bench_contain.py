"""How long containment takes: every AWS managed policy in itself, random pairs of different ones, and one pair of files.

    python scripts/bench_contain.py [--pairs 500] [--seed 1] [--old FILE.. --new FILE..]

The pair of files is Zappa's default execution policy and a narrowed one unless others are given. The policies are those that
moto carries. Times are of `contains` alone, after import, first call included.
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from secrets_cli.errors import SecretsCliError
from secrets_cli.iam.contain import Contained, Undecided, contains
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy


def managed_policies() -> list[Policy]:
    """AWS's managed policies, those that cannot be read left out."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    policies: list[Policy] = []
    for name, held in json.loads(aws_managed_policies_data).items():
        try:
            policies.append(parse_policy(json.dumps(held["Document"]), name))
        except SecretsCliError as error:
            print(f"not read: {error.message}")
    return policies


def timed(label: str, pairs: list[tuple[Policy, Policy]]) -> None:
    """Decide all pairs (old, new) and print the times and the answers."""
    times: list[float] = []
    answers: Counter[str] = Counter()
    slowest = (0.0, "")
    for old, new in pairs:
        began = time.perf_counter()
        answer = contains((old,), (new,))
        took = time.perf_counter() - began
        times.append(took)
        slowest = max(slowest, (took, f"{new.name} in {old.name}"))
        answers[answer.reason if isinstance(answer, Undecided) else type(answer).__name__] += 1
        if new is old and not isinstance(answer, Contained):
            print(f"not contained in itself: {new.name}: {answer}")
    ordered = sorted(times)
    print(
        f"{label}: {len(times)}, median {statistics.median(times) * 1e3:.2f} ms, "
        f"p99 {ordered[int(len(ordered) * 0.99)] * 1e3:.1f} ms, slowest {slowest[0] * 1e3:.0f} ms ({slowest[1]}), "
        f"total {sum(times):.2f} s; {dict(answers)}"
    )


def timed_once(old: Sequence[Path], new: Sequence[Path]) -> None:
    """Decide one pair of policy sets: the first call of a process pays for compiling the patterns."""
    sides = [tuple(parse_policy(path.read_text(encoding="utf-8"), path.name) for path in side) for side in (old, new)]
    times = []
    for _ in range(21):
        began = time.perf_counter()
        answer = contains(sides[0], sides[1])
        times.append(time.perf_counter() - began)
    names = f"{', '.join(path.name for path in new)} in {', '.join(path.name for path in old)}"
    later = statistics.median(times[1:]) * 1e3
    print(f"{names}: {type(answer).__name__}, first {times[0] * 1e3:.2f} ms, median of 20 more {later:.2f} ms")


ZAPPA = Path(__file__).resolve().parent.parent / "policies" / "zappa"


def main() -> None:
    """The three tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--old", type=Path, nargs="+", default=[ZAPPA / "default-execution.json"])
    parser.add_argument("--new", type=Path, nargs="+", default=[ZAPPA / "narrowed-example.json"])
    asked = parser.parse_args()
    timed_once(asked.old, asked.new)
    policies = managed_policies()
    timed("each in itself", [(policy, policy) for policy in policies])
    dice = random.Random(asked.seed)
    timed("random pairs", [(pair[0], pair[1]) for pair in (dice.sample(policies, 2) for _ in range(asked.pairs))])


if __name__ == "__main__":
    main()
