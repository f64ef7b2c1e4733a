"""Which engine reads the logs: what its options take, and what is refused before anything is read or called."""

from pathlib import Path

import pytest

from secrets_cli.errors import ConfigurationError, EngineFailure
from secrets_cli.usage.engines import java, spark_session
from secrets_cli.usage.engines.spark import refuse_blind
from tests.conftest import RunCli
from tests.unit.usage.made_records import record, write


@pytest.fixture
def logs(tmp_path: Path) -> str:
    return str(write(tmp_path / "a.json", [record()]))


def test_the_local_engine_is_the_one_that_reads_unasked(logs: str, cli: RunCli) -> None:
    asked = cli("usage", "scan", logs, "--engine", "local", "--format", "json")
    assert (asked.code, asked.out) == (0, cli("usage", "scan", logs, "--format", "json").out)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--master", "local[2]"), "`--master` is of the engine `spark`, and `local` was asked for"),
        (("--engine", "spark", "--table", "t"), "`--table` is of the engine `athena`, and `spark` was asked for"),
        (("--dry-run",), "`--dry-run` is of the engine `athena`"),
        (("--engine", "athena", "--database", "d", "--table", "t"), "Athena reads a table, not `"),
    ],
)
def test_options_of_another_engine_are_refused(logs: str, cli: RunCli, words: tuple[str, ...], said: str) -> None:
    ran = cli("usage", "scan", logs, *words)
    assert (ran.code, said in ran.err, ran.out) == (2, True, "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "no source was named"),
        (("--engine", "spark"), "no source was named"),
        (("--engine", "athena"), "Athena needs the trail's table"),
        (("--engine", "athena", "--database", "d"), "Athena needs the trail's table"),
        (
            ("--engine", "athena", "--database", "d", "--table", "t", "--max-bytes", "much"),
            "`--max-bytes` is no size: `much`",
        ),
        (
            ("--engine", "athena", "--database", "d", "--table", "t", "--log-account", "12"),
            "`--log-account` is no account",
        ),
    ],
)
def test_what_is_missing_or_malformed_is_told(cli: RunCli, words: tuple[str, ...], said: str) -> None:
    ran = cli("usage", "scan", *words)
    assert (ran.code, said in ran.err, ran.out) == (2, True, "")


@pytest.mark.parametrize("setting", ["spark.executor.memory", "memory=4g", "=x"])
def test_a_setting_of_spark_has_a_name_and_a_value(logs: str, cli: RunCli, setting: str) -> None:
    ran = cli("usage", "scan", logs, "--engine", "spark", "--spark-conf", setting)
    assert (ran.code, "`--spark-conf` takes NAME=VALUE" in ran.err) == (2, True)


def test_without_pyspark_the_extra_is_named(logs: str, cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_session, "find_spec", lambda name: None)
    ran = cli("usage", "scan", logs, "--engine", "spark")
    assert (ran.code, "needs pyspark" in ran.err, "secrets-cli[spark]" in ran.err) == (2, True, True)


def test_java_is_the_machines_own_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", "/java")
    monkeypatch.setattr(java, "find_spec", lambda name: pytest.fail("nothing else is looked for"))
    java.provide_java()


def test_without_any_java_it_is_said_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(java, "find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match="there is none") as caught:
        java.provide_java()
    assert "openjdk-17" in caught.value.help


@pytest.mark.parametrize("master", ["spark://host", "spark://:7077", "spark://host:port"])
def test_a_master_has_a_host_and_a_port(master: str) -> None:
    with pytest.raises(ConfigurationError, match="`--master` is no address"):
        spark_session._refuse_silence(master)


def test_a_master_that_does_not_answer_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(address: object, timeout: float) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("socket.create_connection", refuse)
    with pytest.raises(EngineFailure, match="nothing answers at `spark://a:7077,b:7077`"):
        spark_session._refuse_silence("spark://a:7077,b:7077")
    spark_session._refuse_silence("local[*]")


@pytest.mark.parametrize(("files", "seen"), [(3, 0), (100, 0), (100_000, 90_000), (0, 0)])
def test_a_few_files_that_no_worker_sees_are_read_here(files: int, seen: int) -> None:
    refuse_blind(files, seen, "spark://a:1")


@pytest.mark.parametrize(("files", "seen"), [(101, 0), (100_000, 89_999)])
def test_workers_that_see_nothing_are_told(files: int, seen: int) -> None:
    with pytest.raises(EngineFailure, match=f"could not read {files - seen:,} of {files:,} files"):
        refuse_blind(files, seen, "spark://a:1")


def test_the_statement_for_a_table_is_printed(cli: RunCli) -> None:
    where = ("--bucket", "my-trail", "--log-account", "111122223333", "--log-region", "eu-west-1")
    ran = cli("usage", "athena-ddl", *where, "--since", "2026-01-01", "--table", "audit.trail")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("CREATE EXTERNAL TABLE audit.trail (")
    assert cli("usage", "athena-ddl", *where, "--since", "soon").code == 2
