"""One act for each of many things: on a few threads, with every outcome kept.

Decides how many run at a time, what is tried again and what ends the run; knows nothing of what is done. A failure of ours
(`SecretsCliError`) belongs to its item and is answered beside it: nothing is lost, and one denied parameter does not stop
the others. Where nothing gets through any more (no network, credentials that ended), the rest is not begun and has that
failure. Any other exception is a defect: no more work is handed out, what runs is waited for, and it is raised.

Throttling is met three times: by the SDK, which slows the client down and tries again; here, with longer and longer pauses,
for what the SDK gave up; and in the answer, as the item's failure, for what stayed throttled.
"""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Final, Generic, TypeAlias, TypeGuard, TypeVar

from secrets_cli.errors import ConfigurationError, SecretsCliError, Throttled, Unreachable

T = TypeVar("T")
R = TypeVar("R")

ShowProgress: TypeAlias = Callable[[int, int], None]
"""Told how many items have ended, and of how many."""

_WORKERS: Final = 4
"""Parameter Store takes 40 requests a second by default, shared by the whole account: more threads only wait longer."""
_GRACE: Final = 3.0
"""Seconds that what runs is given to end after Ctrl-C."""
_PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds before each further try of what the SDK's own retries did not bring through; each is spread by half."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T, R]):
    """How the act on one item ended. Exactly one of `result` and `failure` counts."""

    item: T
    result: R | None
    """What the act answered; None where it failed (or answered None)."""
    failure: SecretsCliError | None
    """Why it failed; None where it did not."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C while `run_all` ran; what was not begun was left."""

    def __init__(self, done: int, failed: int, total: int, unsure: int = 0) -> None:
        super().__init__(f"interrupted: {done} done, {failed} failed, {unsure} unsure, of {total}")
        self.done = done
        """Items whose act ended well."""
        self.failed = failed
        """Items whose act failed, those that Ctrl-C kept from a further try among them."""
        self.total = total
        """Items there were."""
        self.unsure = unsure
        """Items whose act was begun and had not ended after a few seconds: AWS may have done it or not."""


def run_all(
    items: Sequence[T],
    act: Callable[[T], R],
    *,
    workers: int = _WORKERS,
    progress: ShowProgress | None = None,
    sleep: Callable[[float], object] | None = None,
) -> tuple[Outcome[T, R], ...]:
    """Act on every item, on at most `workers` threads, and answer one outcome an item, in the order of the items.

    `act` runs on other threads and must not write to the terminal; `progress` is called on this one, after each item.
    `sleep` takes seconds, and is what a test replaces. Raises Interrupted on Ctrl-C, when what runs has ended or after a few
    seconds, and any exception of `act` that is no SecretsCliError, when what runs has ended.
    """
    stopping = threading.Event()
    patient = _patient(act, sleep or stopping.wait, stopping)
    ended: dict[int, Outcome[T, R]] = {}
    running: dict[Future[Outcome[T, R]], int] = {}
    in_vain: list[SecretsCliError] = []
    pool = ThreadPoolExecutor(max_workers=max(1, workers), thread_name_prefix="bulk")
    is_interrupted = False
    try:
        for place, outcome in _handed_out(pool, items, patient, running, max(1, workers), stopping):
            ended[place] = outcome
            if progress is not None:
                progress(len(ended), len(items))
            in_vain = [*in_vain, outcome.failure] if _concerns_all(outcome.failure) else []
            if len(in_vain) > workers:
                stopping.set()
    except KeyboardInterrupt:
        is_interrupted = True
        stopping.set()
        raise _interrupted(running, ended, len(items)) from None
    finally:
        stopping.set()
        # A call that AWS does not answer would keep an interrupted command for minutes: nobody waits for it.
        pool.shutdown(wait=not is_interrupted, cancel_futures=True)
    return tuple(ended.get(place) or Outcome(item, None, in_vain[-1]) for place, item in enumerate(items))


def _interrupted(running: dict[Future[Outcome[T, R]], int], ended: dict[int, Outcome[T, R]], total: int) -> Interrupted:
    """How far it came, given what runs a few seconds to end."""
    done, unsure = wait(running, timeout=_GRACE)
    cut_off = {future for future in done if isinstance(future.exception(), KeyboardInterrupt)}
    outcomes = [*ended.values(), *(future.result() for future in done - cut_off)]
    failed = sum(outcome.failure is not None for outcome in outcomes)
    return Interrupted(len(outcomes) - failed, failed, total, len(unsure | cut_off))


def _handed_out(
    pool: ThreadPoolExecutor,
    items: Sequence[T],
    act: Callable[[T], Outcome[T, R]],
    running: dict[Future[Outcome[T, R]], int],
    at_once: int,
    stopping: threading.Event,
) -> Iterator[tuple[int, Outcome[T, R]]]:
    """Outcomes as they come, with the item's place. An item is handed out only when a thread is free for it, and none
    when `stopping` is set. `running` holds what is handed out and not answered yet."""
    waiting = iter(range(len(items)))
    while True:
        while not stopping.is_set() and len(running) < at_once and (place := next(waiting, None)) is not None:
            running[pool.submit(act, items[place])] = place
        if not running:
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            outcome = future.result()
            yield running.pop(future), outcome


def _concerns_all(failure: SecretsCliError | None) -> TypeGuard[SecretsCliError]:
    """Whether the next item is likely to fail the same way: no answer, or credentials that AWS does not take."""
    return isinstance(failure, (Unreachable, ConfigurationError))


def _patient(
    act: Callable[[T], R], sleep: Callable[[float], object], stopping: threading.Event
) -> Callable[[T], Outcome[T, R]]:
    """`act`, tried again where it was throttled, with failures of ours answered and not raised."""

    def tried(item: T) -> Outcome[T, R]:
        pauses = iter(_PAUSES)
        while True:
            try:
                return Outcome(item, act(item), None)
            except Throttled as failure:
                pause = next(pauses, None)
                if pause is None or stopping.is_set():
                    return Outcome(item, None, failure)
                sleep(_spread(pause))
            except SecretsCliError as failure:
                return Outcome(item, None, failure)

    return tried


def _spread(pause: float) -> float:
    """Between half and one and a half of the pause, so that threads throttled together do not come back together."""
    return pause * random.SystemRandom().uniform(0.5, 1.5)
