"""One function over many items in several processes, which end when asked to.

Each process has a pipe of its own to this one, and nothing is shared: a process can be ended in the middle of an item, and no
lock or half a message is left for another to wait on. They are started fresh, not forked, as a progress bar has a thread;
and they leave Ctrl-C to the process that started them.
"""

import enum
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, cast

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Taken = TypeVar("Taken", contravariant=True)
Told = TypeVar("Told", covariant=True)

_AHEAD = 2
"""Items handed to each process: the one it works on and the next."""
_Pipe: TypeAlias = "Connection[Any, Any]"


def cores() -> int:
    """How many processors this process may use: a container or `taskset` may leave it fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Rest(enum.Enum):
    """The message that asks for the rest, and the one that ends it."""

    REST = "rest"


_REST = _Rest.REST


class WorkerLostError(Exception):
    """A process ended before it answered: killed from outside, as for want of memory."""


@dataclass(slots=True)
class _Worker(Generic[Item]):
    process: BaseProcess
    pipe: _Pipe
    handed: list[Item] = field(default_factory=list)
    """In the order they are answered."""


def answers(
    function: Callable[[Item], Answer], items: Iterable[Item], processes: int
) -> Generator[tuple[Item, Answer], None, None]:
    """Each item with its answer, as they come; in this process, in order, where `processes` is 1 or there is one item.
    Items are taken as they are needed.

    `function`, items and answers must be picklable. Whatever `function` raises is raised here; WorkerLostError where a process
    is lost. Closing the generator, or an exception in it, ends the processes.
    """
    left = iter(items)
    first = list(islice(left, processes))
    if len(first) < 2:
        for item in chain(first, left):
            yield item, function(item)
        return
    with _workers(function, len(first)) as workers:
        items = chain(first, left)
        yield from _from_workers(workers, lambda _: tuple(islice(items, 1)))


class Gatherer(Protocol[Taken, Told]):
    """A function that keeps what its items add up to, and tells it when asked."""

    def __call__(self, item: Taken, /) -> Told:
        """Take an item; what is told at once."""

    def rest(self) -> Iterable[Told]:
        """What is left to tell when there are no more items, in parts."""


def gathered(
    gatherer: Gatherer[Item, Answer], queues: Sequence[Sequence[Item]]
) -> Generator[tuple[tuple[Item, ...], Answer], None, None]:
    """As `answers`, with the item in a tuple; at the end the parts of each process's rest, with no item.

    Each process has a gatherer of its own, so what is kept there need not travel item by item; and a queue of its own, which it
    takes from the front. One that is done takes from the end of the longest other. One queue is for this process.
    """
    if len(queues) < 2:
        for item in chain.from_iterable(queues):
            yield (item,), gatherer(item)
        yield from (((), told) for told in gatherer.rest())
        return
    left = [deque(queue) for queue in queues]

    def take(place: int) -> tuple[Item, ...]:
        if left[place]:
            return (left[place].popleft(),)
        longest = max(left, key=len)
        return (longest.pop(),) if longest else ()

    with _workers(gatherer, len(queues)) as workers:
        for item, answer in _from_workers(workers, take):
            yield (item,), answer
        for worker in workers:
            _send(worker, _REST)
        for worker in workers:
            while (told := _receive(worker)) is not _REST:
                yield (), cast("Answer", told)


@contextmanager
def _workers(function: Callable[[Item], object], processes: int) -> Iterator["list[_Worker[Item]]"]:
    """Processes that run the function, ended when the block is left."""
    workers: list[_Worker[Item]] = []
    try:
        with _interruption_held():
            for _ in range(processes):
                workers.append(_start(function))  # noqa: PERF401 - those that have started must be known if one does not
        yield workers
    finally:
        for worker in workers:
            worker.process.terminate()
        for worker in workers:
            worker.process.join()
            worker.pipe.close()


def _start(function: Callable[[Item], object]) -> "_Worker[Item]":
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    here, there = context.Pipe()
    process = cast("BaseProcess", context.Process(target=_work, args=(there, function), daemon=True))  # type: ignore[attr-defined]  # BaseContext lacks it
    process.start()
    there.close()  # only the process holds it now: its end is seen here as the end of the file
    return _Worker(process, here)


def _work(pipe: _Pipe, function: Callable[[Item], object]) -> None:
    """Answer items until there is nobody to answer to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            item = pipe.recv()
        except EOFError:
            return
        try:
            if item is _REST:
                for told in cast("Gatherer[object, object]", function).rest():
                    pipe.send((told, None))
            answer: tuple[object, Exception | None] = (_REST if item is _REST else function(item), None)
        except Exception as error:  # noqa: BLE001 - raised again in the process that asked
            answer = (None, error)
        pipe.send(answer)


def _from_workers(
    workers: "Sequence[_Worker[Item]]", take: Callable[[int], tuple[Item, ...]]
) -> Iterator[tuple[Item, Any]]:
    """`take` gives the next item for the worker in that place, or nothing."""
    places = {worker.pipe: place for place, worker in enumerate(workers)}
    for _ in range(_AHEAD):
        for place, worker in enumerate(workers):
            _hand(worker, take(place))
    while busy := [worker.pipe for worker in workers if worker.handed]:
        for ready in wait(busy):
            place = places[cast("_Pipe", ready)]
            worker = workers[place]
            answer = _receive(worker)
            item = worker.handed.pop(0)
            _hand(worker, take(place))
            yield item, answer


def _hand(worker: "_Worker[Item]", items: tuple[Item, ...]) -> None:
    for item in items:
        worker.handed.append(item)
        _send(worker, item)


def _send(worker: "_Worker[Item]", message: "Item | _Rest") -> None:
    try:
        worker.pipe.send(message)
    except OSError:
        raise WorkerLostError("a process that reads logs ended early") from None


def _receive(worker: "_Worker[Item]") -> object:
    try:
        answer, error = worker.pipe.recv()
    except (EOFError, OSError):
        raise WorkerLostError("a process that reads logs ended early") from None
    if error is not None:
        raise error
    return answer


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
