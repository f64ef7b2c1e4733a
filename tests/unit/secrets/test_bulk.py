"""Many things done on a few threads: nothing lost, nothing swallowed, Ctrl-C counted."""

import threading

import pytest

from secrets_cli.errors import AccessDenied, Throttled, Unreachable
from secrets_cli.secrets import bulk
from secrets_cli.secrets.bulk import Interrupted, run_all


def test_outcomes_come_in_the_order_of_the_items_whatever_ended_first() -> None:
    second_ended = threading.Event()

    def act(item: int) -> int:
        if item == 0:
            assert second_ended.wait(10)
        if item == 1:
            second_ended.set()
        return item * 10

    outcomes = run_all(range(20), act, workers=4)
    assert [(outcome.item, outcome.result, outcome.failure) for outcome in outcomes] == [
        (item, item * 10, None) for item in range(20)
    ]


def test_no_items_no_outcomes() -> None:
    assert run_all((), str) == ()


def test_no_more_run_at_a_time_than_asked_for() -> None:
    lock = threading.Lock()
    running = most = 0

    def act(item: int) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.005)
        with lock:
            running -= 1

    run_all(range(30), act, workers=3)
    assert 1 < most <= 3


def test_a_failure_of_one_item_is_its_own() -> None:
    def act(item: int) -> int:
        if item == 1:
            raise AccessDenied("AWS denied it")
        return item

    outcomes = run_all((0, 1, 2), act)
    assert [outcome.result for outcome in outcomes] == [0, None, 2]
    assert isinstance(outcomes[1].failure, AccessDenied)


def test_what_was_throttled_is_tried_again_with_longer_pauses() -> None:
    pauses: list[float] = []
    left = [3]

    def act(item: str) -> str:
        if left[0]:
            left[0] -= 1
            raise Throttled("too many")
        return item

    (outcome,) = run_all(("a",), act, sleep=pauses.append)
    assert (outcome.result, outcome.failure) == ("a", None)
    assert len(pauses) == 3
    for pause, middle in zip(pauses, (1, 2, 4), strict=True):
        assert middle * 0.5 <= pause <= middle * 1.5


def test_what_stays_throttled_is_a_failure_after_a_bounded_number_of_tries() -> None:
    pauses: list[float] = []

    def act(item: str) -> str:
        raise Throttled("too many")

    (outcome,) = run_all(("a",), act, sleep=pauses.append)
    assert isinstance(outcome.failure, Throttled)
    assert len(pauses) == 5


def test_a_defect_is_raised_and_no_more_work_is_handed_out() -> None:
    begun: list[int] = []

    def act(item: int) -> None:
        begun.append(item)
        raise LookupError("a defect")

    with pytest.raises(LookupError):
        run_all(range(100), act, workers=2)
    assert len(begun) < 10


def test_ctrl_c_waits_for_what_runs_and_says_how_many_were_done() -> None:
    ended: list[int] = []

    def act(item: int) -> None:
        if item == 5:
            raise AccessDenied("AWS denied it")
        ended.append(item)

    def progress(done: int, total: int) -> None:
        if done == 10:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as caught:
        run_all(range(1000), act, workers=2, progress=progress)
    assert caught.value.total == 1000
    assert 10 <= caught.value.done + caught.value.failed <= 12  # those that ran then are counted too
    assert caught.value.unsure == 0
    assert caught.value.failed == 1
    assert len(ended) <= 13


def test_ctrl_c_ends_the_pauses_of_what_was_throttled() -> None:
    throttled = threading.Event()

    def act(item: int) -> None:
        if item == 0:
            throttled.set()
            raise Throttled("too many")
        assert throttled.wait(10)

    def progress(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Interrupted) as caught:  # a pause that went on would pass the test's patience
        run_all((0, 1, 2), act, workers=2, progress=progress)
    assert caught.value.done == 1


def test_ctrl_c_does_not_wait_for_an_answer_that_does_not_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_GRACE", 0.05)
    answered = threading.Event()

    def act(item: int) -> None:
        if item:
            assert answered.wait(30)

    def progress(done: int, total: int) -> None:
        raise KeyboardInterrupt

    try:
        with pytest.raises(Interrupted) as caught:
            run_all((0, 1, 2), act, workers=2, progress=progress)
    finally:
        answered.set()
    assert (caught.value.done, caught.value.failed, caught.value.unsure) == (1, 0, 1)


def test_progress_counts_to_the_end() -> None:
    seen: list[tuple[int, int]] = []
    run_all("abc", str.upper, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_where_no_answer_comes_any_more_the_rest_is_not_begun_and_says_why() -> None:
    begun: list[int] = []

    def act(item: int) -> int:
        begun.append(item)
        if item >= 10:
            raise Unreachable("no answer")
        return item

    outcomes = run_all(range(1000), act, workers=2)
    assert [outcome.item for outcome in outcomes] == list(range(1000))
    assert all(outcome.result == outcome.item for outcome in outcomes[:10])
    assert all(isinstance(outcome.failure, Unreachable) for outcome in outcomes[10:])
    assert len(begun) < 20


def test_a_lost_answer_now_and_then_does_not_stop_the_rest() -> None:
    def act(item: int) -> int:
        if item % 3 == 0:
            raise Unreachable("no answer")
        return item

    outcomes = run_all(range(60), act, workers=2)
    assert sum(outcome.failure is None for outcome in outcomes) == 40
