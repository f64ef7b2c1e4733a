"""A Spark session: on this machine's cores or on a cluster, quiet, and ended whatever happens."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.resources import as_file, files
from importlib.util import find_spec
from typing import TYPE_CHECKING

from secrets_cli.errors import ConfigurationError, EngineFailure
from secrets_cli.usage.engines.java import provide_java

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_ANSWER_SECONDS = 5
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    # A file that cannot be decompressed must not end the job: it gives no row, and so is known to be missing.
    "spark.sql.files.ignoreCorruptFiles": "true",
    "spark.sql.files.ignoreMissingFiles": "true",
    # Small files: with the default, each counts as 4 MB more, and a task gets 30 of them.
    "spark.sql.files.openCostInBytes": "131072",
    "spark.sql.files.maxPartitionBytes": "33554432",
    # As many files are named, and each would be a task of the listing.
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "64",
    "spark.sql.objectHashAggregate.sortBased.fallbackThreshold": "16384",
}
_LOCAL = {
    "spark.sql.shuffle.partitions": "16",
    "spark.driver.memory": "3g",  # for two of the largest files at a time; Spark takes what it needs of it
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}


def require_spark() -> None:
    """Raise ConfigurationError without pyspark or Java."""
    if find_spec("pyspark") is None:
        raise ConfigurationError("the engine `spark` needs pyspark", "pip install 'secrets-cli[spark]' (some 350 MB)")
    provide_java()


@contextmanager
def spark_session(master: str, settings: Mapping[str, str]) -> Iterator["SparkSession"]:
    """A session on `local[*]` or `spark://host:port`, with further settings of Spark's, that is ended when the block is.

    Raises ConfigurationError without pyspark or Java, or for a master that cannot be had; EngineFailure for whatever Spark
    raises in the block.
    """
    require_spark()
    _refuse_silence(master)
    with as_file(files(__package__) / "log4j2.properties") as log4j:
        session = _started(master, {**_SETTINGS, **_java_options(settings, str(log4j)), **settings})
        try:
            with _translated(master):
                yield session
        finally:
            _stop(session)


def _refuse_silence(master: str) -> None:
    """Spark itself asks a master for a minute before it gives up, and says little then.

    Raises EngineFailure where none of the masters of `spark://host:port,host:port` takes a connection.
    """
    if not master.startswith("spark://"):
        return
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal():
            raise ConfigurationError(f"`--master` is no address: `{master}`", "give one such as `spark://host:7077`")
        with suppress(OSError), socket.create_connection((host, int(port)), _ANSWER_SECONDS):
            return
    raise EngineFailure(f"nothing answers at `{master}`", "check the address, and that the master runs")


def _stop(session: "SparkSession") -> None:
    """End the session; where its Java has died there is nothing left to end."""
    with suppress(*_java_errors()):
        session.stop()


def _java_options(settings: Mapping[str, str], log4j: str) -> dict[str, str]:
    """Quiet logging; a user's own options of the driver's Java stand."""
    if "spark.driver.extraJavaOptions" in settings:
        return {}
    return {"spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile=file:{log4j}"}


def _started(master: str, settings: Mapping[str, str]) -> "SparkSession":
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("secrets-cli usage scan")
    for name, value in {**(_LOCAL if master.startswith("local") else {}), **settings}.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, *_java_errors()) as error:
        raise ConfigurationError(
            f"Spark did not start on `{master}`: {_said(error)}",
            "Spark 3.5 runs on Java 17; check JAVA_HOME, `--master` and `--spark-conf`",
        ) from None


@contextmanager
def _translated(master: str) -> Iterator[None]:
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, *_java_errors()) as error:
        raise _failure(master, error) from None


def _failure(master: str, error: Exception) -> EngineFailure:
    said = _said(error)
    if "S3AFileSystem" in said:
        return EngineFailure("Spark has no reader of S3 (`s3a`)", _S3A_HELP)
    return EngineFailure(f"the job on `{master}` failed: {said}", "see Spark's own logs on the master and the workers")


_S3A_HELP = (
    "give it one: `--spark-conf spark.jars.packages=org.apache.hadoop:hadoop-aws:3.3.4`, or put the jars in place"
)
"""Of the version of Hadoop that pyspark 3.5 brings."""


def _java_errors() -> tuple[type[Exception], ...]:
    from py4j.protocol import Py4JError

    return (Py4JError, ConnectionError)


_GAVE_UP = frozenset({"LiveListenerBus is stopped", "SparkContext was shut down", "stopped SparkContext"})


def _said(error: Exception) -> str:
    """The first line of what Spark said, without Java's names of classes before it."""
    java = getattr(error, "java_exception", None)
    text = str(java.getMessage() or java) if java is not None else str(error)
    if any(mark in text for mark in _GAVE_UP):
        return "the master gave it up, or was lost"
    first = next((line.strip() for line in text.splitlines() if line.strip()), type(error).__name__)
    return first.rstrip(".")[:300]
