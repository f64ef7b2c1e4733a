"""A real standalone cluster on loopback: one master and two workers, and a job that loses one of them.

Prints what the local engine and the cluster say of the same logs, with the time each took, and fails where they differ or where
the job did not survive the loss. All processes are ended, whatever happens: `make spark-cluster-check [LOGS=folder]`.
"""

import argparse
import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.load import load_catalog
from secrets_cli.usage.digest import digest_of
from secrets_cli.usage.engine import scan
from secrets_cli.usage.engines.java import provide_java
from secrets_cli.usage.engines.spark import SparkAsk, SparkProgress, scan_on_spark
from secrets_cli.usage.remembered import remembered
from secrets_cli.usage.usage import Usage

SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.executor.memory": "2g",
    "spark.sql.shuffle.partitions": "8",
    "spark.network.timeout": "60s",
    "spark.executor.heartbeatInterval": "2s",
    # The driver lists the files, so that all tasks are the job's; and they are small, so that there is a middle of it.
    "spark.sql.files.maxPartitionBytes": "262144",
    "spark.sql.files.openCostInBytes": "16384",
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "1000000",
}
_START_SECONDS = 60.0


@dataclass(slots=True)
class Cluster:
    """The processes, and where the master listens."""

    url: str
    workers: list[subprocess.Popen[bytes]]

    def kill_worker(self) -> None:
        """End one worker and its executor at once, as if its machine were gone."""
        victim = self.workers.pop()
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """A master and workers of one core each on loopback, ended with the block."""
    provide_java()
    port = _free_port()
    url = f"spark://127.0.0.1:{port}"
    with ExitStack() as stack:
        ports = ["--host", "127.0.0.1", "--webui-port", "0"]
        master = [*ports, "--port", str(port)]
        stack.enter_context(_process("org.apache.spark.deploy.master.Master", master, folder / "master.log"))
        _wait_for(folder / "master.log", "I have been elected leader", 1)
        started = []
        for n in range(workers):
            words = [*ports, "--cores", "1", "--memory", "3g", "--work-dir", str(folder / f"work-{n}"), url]
            log = folder / f"worker-{n}.log"
            started.append(stack.enter_context(_process("org.apache.spark.deploy.worker.Worker", words, log)))
        _wait_for(folder / "master.log", "Registering worker", workers)
        yield Cluster(url, started)


@contextmanager
def _process(name: str, words: Sequence[str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    import pyspark

    home = Path(pyspark.__file__).parent
    settings = os.environ | {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(home / "bin/spark-class"), name, *words],
            stdout=out,
            stderr=subprocess.STDOUT,
            env=settings,
            start_new_session=True,  # it and its executors are one group, ended together
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(log: Path, said: str, times: int) -> None:
    until = time.monotonic() + _START_SECONDS
    while log.read_text(errors="replace").count(said) < times:
        if time.monotonic() > until:
            sys.exit(f"the cluster did not start; see {log}:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.2)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def make_logs(top: Path, files: int, records: int) -> Path:
    """Logs of a few roles, in files as CloudTrail delivers them."""
    folder = top / "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/01"
    folder.mkdir(parents=True)
    for file in range(files):
        made = [_record(file * records + n) for n in range(records)]
        (folder / f"{file}.json.gz").write_bytes(gzip.compress(json.dumps({"Records": made}).encode(), 6))
    return top


def _record(n: int) -> dict[str, object]:
    role = f"role-{n % 7}"
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": f"AROAEXAMPLE:fn-{n % 3}",
            "arn": f"arn:aws:sts::111122223333:assumed-role/{role}/fn-{n % 3}",
            "accountId": "111122223333",
            "sessionContext": {"sessionIssuer": {"type": "Role", "arn": f"arn:aws:iam::111122223333:role/{role}"}},
        },
        "eventTime": f"2026-03-01T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": ("GetObject", "PutObject", "ListObjects")[n % 3],
        "awsRegion": "eu-west-1",
        "requestParameters": {"bucketName": f"b{n % 5}", "key": f"k/{n % 400}"},
        "responseElements": None,
        "eventID": f"{n:036}",
        "eventType": "AwsApiCall",
        "managementEvent": False,
        "eventCategory": "Data",
        "recipientAccountId": "111122223333",
        **({"errorCode": "AccessDenied"} if n % 50 == 0 else {}),
    }


def main(arguments: list[str]) -> int:
    """Run the checks; 1 where one fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("logs", nargs="?", help="a folder of logs; else some are made")
    parser.add_argument("--files", type=int, default=200, help="files to make")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="spark-check-") as name:
        folder = Path(name)
        logs = asked.logs or str(make_logs(folder / "logs", asked.files, 200))
        begun = time.monotonic()
        expected = digest_of(scan([logs]))
        print(f"{'local engine':<40} {time.monotonic() - begun:7.1f} s  {expected}", flush=True)
        with cluster(folder) as whole:
            is_good = _shown("standalone, two workers", *_on_cluster(logs, whole), expected)
        with cluster(folder) as whole:
            killer = _Killer(whole)
            usage, seconds = _on_cluster(logs, whole, killer)
            said = f"standalone, one worker killed at {killer.when}"
            is_good &= _shown(said, usage, seconds, expected) and bool(killer.when)
    print("equal" if is_good else "NOT EQUAL, or no worker was killed in the middle")
    return 0 if is_good else 1


class _Killer:
    """Kills a worker once a fifth of the tasks known is done, and says when it was."""

    def __init__(self, whole: Cluster) -> None:
        self._cluster = whole
        self._lock = threading.Lock()
        self.when = ""

    def __call__(self, now: SparkProgress) -> None:
        with self._lock:
            if not self.when and now.tasks >= 8 and now.tasks / 5 <= now.done < now.tasks * 0.8:
                self._cluster.kill_worker()
                self.when = f"task {now.done} of {now.tasks}"


def _on_cluster(logs: str, whole: Cluster, killer: _Killer | None = None) -> tuple[Usage, float]:
    catalog = load_catalog()
    meaning = remembered(lambda call: meaning_of(call, catalog))
    begun = time.monotonic()
    usage = scan_on_spark([logs], SparkAsk(whole.url, SETTINGS), meaning, progress=killer)
    return usage, time.monotonic() - begun


def _shown(name: str, usage: Usage, seconds: float, expected: str) -> bool:
    digest = digest_of(usage)
    print(f"{name:<40} {seconds:7.1f} s  {digest}", flush=True)
    return digest == expected


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
