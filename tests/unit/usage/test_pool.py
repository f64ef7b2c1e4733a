"""Several processes: every answer comes, and no process stays."""

import multiprocessing
import os
import signal
import time

import pytest

from secrets_cli.usage.pool import WorkerLostError, answers


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
