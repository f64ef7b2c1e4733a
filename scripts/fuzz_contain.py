"""Containment against brute force: random pairs of policies over a small alphabet.

    python scripts/fuzz_contain.py --pairs 1000000 --seed 1 --processes 2

Prints the number of pairs, of answers by kind, of wrong answers (each shown), and of undecided ones by reason. A
`contained` is wrong when the oracle finds a request that only the new policies grant; a `not-contained` is wrong when
the oracle does not confirm its witness. Exits 1 when anything was wrong.
"""

import argparse
import multiprocessing
import random
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from secrets_cli.iam.contain import Contained, NotContained, Undecided, contains
from secrets_cli.iam.model import Policy
from tests.brute_force import allows, difference
from tests.small_policies import Flavour, random_pair, values_of

_CHUNK = 2_000


def judge(flavour: Flavour, old: tuple[Policy, ...], new: tuple[Policy, ...]) -> tuple[str, str]:
    """The kind of the answer to one pair, and what is wrong with it (empty: nothing)."""
    match contains(old, new):
        case Contained():
            found = difference(old, new, values_of(flavour))
            return "contained", "" if found is None else f"contained, but {found}"
        case NotContained(witness):
            real = allows(new, witness.action, witness.resource, witness.context) and not allows(
                old, witness.action, witness.resource, witness.context
            )
            return "not-contained", "" if real else f"not real: {witness}"
        case Undecided(reason):
            found = difference(old, new, values_of(flavour))
            return f"undecided ({'not ' if found else ''}contained by brute force): {reason}", ""


def run(seed: int, pairs: int) -> tuple[Counter[str], list[str]]:
    """One chunk: answers by kind, and the wrong ones in full."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for number in range(pairs):
        flavour, old, new = random_pair(random.Random(f"{seed}/{number}"))
        try:
            kind, problem = judge(flavour, old, new)
        except Exception:  # noqa: BLE001 - any crash is a finding of the run, and the run goes on
            kind, problem = "crash", traceback.format_exc()
        counts[kind] += 1
        if problem:
            wrong.append(f"seed {seed} pair {number}: {problem}\n  old {old}\n  new {new}")
    return counts, wrong


def _chunk(arguments: tuple[int, int]) -> tuple[Counter[str], list[str]]:
    return run(*arguments)


def main() -> int:
    """Run the chunks on the processes asked for and print the sums."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    began = time.perf_counter()
    chunks = [
        (asked.seed * 1_000_000 + start // _CHUNK, min(_CHUNK, asked.pairs - start))
        for start in range(0, asked.pairs, _CHUNK)
    ]
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    with multiprocessing.Pool(asked.processes) as pool:
        for some, problems in pool.imap_unordered(_chunk, chunks):
            counts += some
            wrong += problems
            for problem in problems[:3]:
                print(problem, file=sys.stderr, flush=True)
    print(f"pairs {counts.total()}, wrong {len(wrong)}, {time.perf_counter() - began:.0f} s")
    for kind, count in counts.most_common():
        print(f"{count:9d}  {kind}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
