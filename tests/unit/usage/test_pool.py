"""Several processes: every answer comes, and no process stays."""

import multiprocessing
import os
import signal
import time

import pytest

from secrets_cli.usage.pool import WorkerLostError, answers, gathered


def square(number: int) -> int:
    return number * number


def refuse(number: int) -> int:
    if number == 3:
        raise ValueError("three")
    return number


def end_itself(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def dawdle(number: int) -> int:
    time.sleep(60 if number else 0)
    return number


def large(number: int) -> bytes:
    return bytes(number)


@pytest.mark.parametrize("processes", [1, 2, 5, 40])
def test_every_item_is_answered_once(processes: int) -> None:
    assert sorted(answers(square, range(20), processes)) == [(n, n * n) for n in range(20)]
    assert multiprocessing.active_children() == []


def test_answers_larger_than_a_pipe_come_through() -> None:
    assert sorted((n, len(data)) for n, data in answers(large, [3_000_000, 5, 2_000_000, 0], 2)) == [
        (0, 0),
        (5, 5),
        (2_000_000, 2_000_000),
        (3_000_000, 3_000_000),
    ]


def test_no_item_needs_no_process() -> None:
    assert list(answers(square, (), 4)) == []


def test_what_is_raised_there_is_raised_here_and_ends_all() -> None:
    with pytest.raises(ValueError, match="three"):
        list(answers(refuse, range(20), 2))
    assert multiprocessing.active_children() == []


def test_a_lost_process_is_told() -> None:
    with pytest.raises(WorkerLostError):
        list(answers(end_itself, range(20), 2))
    assert multiprocessing.active_children() == []


def test_closing_ends_processes_in_the_middle_of_an_item() -> None:
    running = answers(dawdle, range(8), 2)
    assert next(running) == (0, 0)
    start = time.monotonic()
    running.close()
    assert multiprocessing.active_children() == []
    assert time.monotonic() - start < 5


class Adder:
    """Adds up what it is given, and tells of each item in which process it was."""

    def __init__(self) -> None:
        self.sum = 0

    def __call__(self, number: int) -> tuple[int, int]:
        time.sleep(0.05)
        self.sum += number
        return os.getpid(), number

    def rest(self) -> list[tuple[int, int]]:
        return [(os.getpid(), -self.sum), (os.getpid(), 0)]


def test_each_process_takes_its_own_queue_and_then_from_the_end_of_the_longest() -> None:
    longer = list(range(100, 120))
    found = list(gathered(Adder(), [[1, 2], longer]))
    here = [answer for item, answer in found if item]
    assert sorted(number for _, number in here) == [1, 2, *longer]
    of = {number: process for process, number in here}
    assert of[1] == of[2] != of[100] == of[101]
    helped = [number for number in longer if of[number] == of[1]]
    assert helped == longer[len(longer) - len(helped) :]
    rest = [answer for item, answer in found if not item]
    assert sorted({process for process, _ in rest}) == sorted({of[1], of[100]})
    assert sum(number for _, number in rest) == -sum(number for _, number in here)
    assert multiprocessing.active_children() == []


def test_one_queue_is_read_in_this_process() -> None:
    found = list(gathered(Adder(), [[3, 4]]))
    assert found == [
        ((3,), (os.getpid(), 3)),
        ((4,), (os.getpid(), 4)),
        ((), (os.getpid(), -7)),
        ((), (os.getpid(), 0)),
    ]


def test_no_queue_is_nothing_to_read() -> None:
    assert [item for item, _ in gathered(Adder(), [])] == [(), ()]
