"""Which process reads which files.

Calls of one account are alike: a process that reads all of an account's files judges each distinct call once, and what processes
found hardly overlaps. So an account's files go to one process, the accounts such that all have about as much to read; who is done
first helps the others (`pool.gathered`).
"""

from collections import defaultdict
from collections.abc import Iterable

from secrets_cli.usage.deliveries import Shared, Work, account_of

_LARGE = 16_000_000
"""Bytes of a file that takes long."""


def queues(work: Iterable[Work], processes: int) -> list[list[Work]]:
    """A queue for each process that has something to read: what takes long first, so that all end at about the same time; of
    the rest what lies together one after the other, as it holds the same calls."""
    lanes: defaultdict[str, list[Work]] = defaultdict(list)
    for one in work:
        lanes[account_of(one) or _name(one)].append(one)
    shared: list[list[Work]] = [[] for _ in range(processes)]
    sizes = [0] * processes
    for lane in sorted(lanes.values(), key=lambda lane: (-_size(lane), _name(lane[0]))):
        least = sizes.index(min(sizes))
        shared[least] += lane
        sizes[least] += _size(lane)
    return [sorted(queue, key=lambda one: (-(one.size // _LARGE), _name(one))) for queue in shared if queue]


def _size(lane: Iterable[Work]) -> int:
    return sum(one.size for one in lane)


def _name(work: Work) -> str:
    return work.files[0].name if isinstance(work, Shared) else work.name
