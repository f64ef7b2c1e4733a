"""Each process has accounts of its own to read, and about as much as the others."""

import pytest

from secrets_cli.usage.deliveries import Shared, Work
from secrets_cli.usage.queues import queues
from secrets_cli.usage.sources.files import LogFile


def file(account: str, name: str, size: int) -> LogFile:
    path = f"/logs/AWSLogs/{account}/CloudTrail/eu-west-1/2026/03/01/{name}" if account else f"/logs/{name}"
    return LogFile(name=name, path=path, size=size, is_delivered=bool(account))


A, B, C = "1" * 12, "2" * 12, "3" * 12


def names(work: list[list[Work]]) -> list[list[str]]:
    return [[one.name for one in queue if isinstance(one, LogFile)] for queue in work]


def test_an_account_is_one_processs() -> None:
    work = [file(A, "a1", 5), file(B, "b1", 4), file(A, "a2", 6), file(C, "c1", 3), file(B, "b2", 1)]
    assert names(queues(work, 2)) == [["a1", "a2"], ["b1", "b2", "c1"]]


def test_what_takes_long_is_read_first_and_the_rest_in_the_order_of_places() -> None:
    work = [file(A, "a2", 5), file(B, "b1", 50_000_000), file(A, "a1", 4), file("", "x", 90_000_000), file(A, "a3", 6)]
    assert names(queues(work, 1)) == [["x", "b1", "a1", "a2", "a3"]]


def test_files_of_no_known_account_are_shared_out_one_by_one() -> None:
    assert names(queues([file("", name, 1) for name in "wxyz"], 2)) == [["w", "y"], ["x", "z"]]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_there_are_no_more_queues_than_there_is_work(count: int) -> None:
    found = queues([file(str(number) * 12, "n", 1) for number in range(count)], 5)
    assert (len(found), all(found)) == (count, True)


def test_files_that_are_read_together_stay_together() -> None:
    shared = Shared((file(A, "a1", 2), file(A, "a2", 2)))
    assert queues([file(B, "b", 3), shared], 2) == [[shared], [file(B, "b", 3)]]
