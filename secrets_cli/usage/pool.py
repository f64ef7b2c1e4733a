"""One function over many files in several processes, which end when asked to.

The processes are started fresh, not forked: a progress bar has a thread. They leave Ctrl-C to the process that started them,
which ends them at once, in the middle of a file if need be.
"""

import multiprocessing
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_AHEAD = 4
"""Items handed to each process beyond the one it works on."""


def answers(
    function: Callable[[Item], Answer], items: Sequence[Item], processes: int
) -> Generator[tuple[Item, Answer], None, None]:
    """Each item with its answer, as they come; in this process, in order, where `processes` is 1.

    `function`, items and answers must be picklable. Closing the iterator, or an exception in it, ends the processes.
    """
    if processes < 2 or len(items) < 2:
        for item in items:
            yield item, function(item)
        return
    others = frozenset(multiprocessing.active_children())
    pool = ProcessPoolExecutor(
        min(processes, len(items)),
        multiprocessing.get_context(_method()),
        signal.signal,
        (signal.SIGINT, signal.SIG_IGN),
    )
    try:
        yield from _from_pool(pool, function, iter(items), processes * (1 + _AHEAD))
    except BaseException:
        _end(pool, others)
        raise
    pool.shutdown()


def _method() -> str:
    return "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


def _end(pool: ProcessPoolExecutor, others: frozenset[BaseProcess]) -> None:
    """End the pool's processes now; what they were at is lost."""
    for process in multiprocessing.active_children():
        if process not in others:
            process.terminate()
    pool.shutdown(wait=True, cancel_futures=True)


def _from_pool(
    pool: ProcessPoolExecutor, function: Callable[[Item], Answer], items: Iterator[Item], most: int
) -> Generator[tuple[Item, Answer], None, None]:
    running: dict[Future[Answer], Item] = {}
    _fill(pool, function, items, running, most)
    while running:
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            yield running.pop(future), future.result()
        _fill(pool, function, items, running, most)


def _fill(
    pool: ProcessPoolExecutor,
    function: Callable[[Item], Answer],
    items: Iterator[Item],
    running: dict[Future[Answer], Item],
    most: int,
) -> None:
    if len(running) >= most:
        return
    with _interruption_held():
        for item in items:
            running[pool.submit(function, item)] = item
            if len(running) >= most:
                return


@contextmanager
def _interruption_held() -> Iterator[None]:
    """Keep Ctrl-C waiting while processes start: they would meet it before they can ignore it, and each print a stack."""
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        yield
        return
    resource_tracker.ensure_running()  # it would let interruptions through again as it starts
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
