"""Spark answers as the local engine does, whatever is in the logs: `make spark-check`."""

import gzip
from pathlib import Path

import pytest

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import EngineFailure, NothingToRead
from secrets_cli.usage.digest import digest_of
from secrets_cli.usage.engine import scan
from secrets_cli.usage.engines.spark import SparkAsk, SparkProgress, scan_on_spark
from secrets_cli.usage.remembered import remembered
from secrets_cli.usage.usage import Usage
from secrets_cli.usage.window import EVERYTHING, Window
from tests.conftest import RunCli
from tests.spark.odd_logs import PRINCIPALS, mixed_records, text_of, write_odd_logs

pytestmark = [
    pytest.mark.spark,
    # pyspark leaves sockets to the end of the process.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]
CATALOG = load_catalog()
MEANING = remembered(lambda call: meaning_of(call, CATALOG))
SPARK = SparkAsk("local[2]")


@pytest.fixture(scope="module")
def odd_logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of odd logs."""
    top = tmp_path_factory.mktemp("logs")
    write_odd_logs(top)
    return top


def assert_same(found: Usage, expected: Usage) -> None:
    """Field by field first: a difference is then told."""
    for name in Usage.__dataclass_fields__:
        assert getattr(found, name) == getattr(expected, name), name
    assert digest_of(found) == digest_of(expected)


@pytest.mark.parametrize("principals", [None, PRINCIPALS])
@pytest.mark.parametrize("window", [EVERYTHING, Window("2026-03-01T10:30:00Z", "2026-03-03T00:00:00Z")])
def test_odd_logs_are_read_alike(odd_logs: Path, principals: frozenset[str] | None, window: Window) -> None:
    found = scan_on_spark([str(odd_logs)], SPARK, MEANING, principals, window)
    expected = scan([str(odd_logs)], principals, processes=1, window=window)
    assert_same(found, expected)
    assert expected.coverage.rejected


def test_mixed_records_are_read_alike(tmp_path: Path) -> None:
    for seed in range(8):
        packed = gzip.compress(text_of(mixed_records(seed, 150)).encode())
        (tmp_path / f"{seed}.json.gz").write_bytes(packed)
    assert_same(scan_on_spark([str(tmp_path)], SPARK, MEANING), scan([str(tmp_path)], processes=1))


def test_progress_is_told_in_tasks(odd_logs: Path) -> None:
    seen: list[SparkProgress] = []
    scan_on_spark([str(odd_logs)], SPARK, MEANING, progress=seen.append)
    assert seen
    assert all(0 <= one.done <= one.tasks for one in seen)


def test_the_command_answers_with_the_same_document(odd_logs: Path, cli: RunCli) -> None:
    by_spark = cli("usage", "scan", str(odd_logs), "--engine", "spark", "--master", "local[2]", "--format", "json")
    local = cli("usage", "scan", str(odd_logs), "--format", "json")
    assert (by_spark.code, by_spark.out) == (local.code, local.out)


def test_a_folder_without_logs_is_told(tmp_path: Path) -> None:
    with pytest.raises(NothingToRead):
        scan_on_spark([str(tmp_path)], SPARK, MEANING)


def test_a_failing_job_is_told(odd_logs: Path) -> None:
    with pytest.raises(EngineFailure, match="the job on"):
        scan_on_spark([str(odd_logs)], SparkAsk("local[2]", {"spark.sql.shuffle.partitions": "0"}), MEANING)
