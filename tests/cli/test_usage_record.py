"""`usage record`, in front of a stub endpoint: the command's environment and exit code, the summary, what is refused."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import RunCli
from tests.unit.usage.recorder.stub_endpoint import Answer, Came, Endpoint, running

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

ARN = "arn:aws:iam::111122223333:user/ann"
RECORD = (sys.executable, "-m", "secrets_cli", "usage", "record")
CALL = """
import http.client, os, sys
from urllib.parse import urlsplit
place = urlsplit(os.environ["AWS_ENDPOINT_URL"])
connection = http.client.HTTPConnection(place.hostname, place.port, timeout=10)
scope = "Credential=AKIAOTHER/20260901/eu-west-1/ssm/aws4_request"
signed = f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"
headers = {"Authorization": signed, "X-Amz-Target": "AmazonSSM." + sys.argv[1]}
connection.request("POST", "/", b'{"Name": "/app/db", "Value": "canary"}', headers)
connection.getresponse().read()
print("said by the command")
raise SystemExit(int(sys.argv[2]))
"""


def _denied(_came: Came) -> Answer:
    return 400, {"Content-Type": "application/x-amz-json-1.1"}, b'{"__type":"AccessDeniedException","message":"no"}'


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    """The endpoint that the environment names."""
    for name in [name for name in os.environ if name.startswith("AWS_") or name.upper().endswith("_PROXY")]:
        monkeypatch.delenv(name)
    given = {
        "AWS_ACCESS_KEY_ID": "AKIAOWN",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_REGION": "eu-west-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    with running(Endpoint()) as started:
        for name, value in (given | {"AWS_ENDPOINT_URL": started.url}).items():
            monkeypatch.setenv(name, value)
        yield started


def _words(out: Path, *more: str, operation: str = "GetParameter", code: int = 0) -> tuple[str, ...]:
    told = ("--principal", f"AKIAOTHER={ARN}")
    return ("usage", "record", "--out", str(out), *told, *more, "--", sys.executable, "-c", CALL, operation, str(code))


def test_the_calls_of_a_command_are_recorded_and_its_exit_code_passed_on(
    cli: RunCli, endpoint: Endpoint, tmp_path: Path
) -> None:
    ran = cli(*_words(tmp_path, code=7))
    assert ran.code == 7
    assert len(endpoint.came) == 1
    assert "ssm      arn:aws:iam::111122223333:user/ann      1" in ran.err
    assert f"1 record in 1 file in {tmp_path}" in ran.err
    assert f"next: secrets-cli role narrow --logs {tmp_path} --selectors {tmp_path}/recorded.selectors" in ran.err
    assert len(list(tmp_path.rglob("*.json.gz"))) == 1
    scanned = cli("usage", "scan", str(tmp_path), "--format", "json")
    (use,) = json.loads(scanned.out)["uses"]
    assert (use["principal"], use["action"]) == (ARN, "ssm:GetParameter")
    assert use["resource"] == "arn:aws:ssm:eu-west-1:111122223333:parameter/app/db"


def test_json_is_alone_on_stdout_and_fits_its_schema(
    cli: RunCli, endpoint: Endpoint, tmp_path: Path, checkout: Path
) -> None:
    endpoint.answer = _denied
    ran = cli(*_words(tmp_path, "--format", "json"))
    document = json.loads(ran.out)
    jsonschema.validate(document, json.loads((checkout / "docs/schemas/usage-record-1.json").read_text()))
    assert document["denied"] == [
        {"event_source": "ssm.amazonaws.com", "event_name": "GetParameter", "principal": ARN, "count": 1}
    ]
    assert (document["records"], document["exit_code"]) == (1, 0)


def test_what_is_not_known_is_named(cli: RunCli, endpoint: Endpoint, tmp_path: Path) -> None:
    words = list(_words(tmp_path, operation="GetLater"))
    del words[words.index("--principal") : words.index("--")]
    ran = cli(*words)
    assert "no operation known: ssm: GetLater (1x)" in ran.err
    assert "whose key is not known: AKIAOTHER, 1 record; say it with --principal AKIAOTHER=ARN" in ran.err
    assert "next:" not in ran.err


def test_a_value_that_is_put_through_the_recorder_is_nowhere(cli: RunCli, endpoint: Endpoint, tmp_path: Path) -> None:
    import gzip

    endpoint.answer = lambda came: (400, {}, b'{"__type":"ValidationException","message":"canary"}')
    ran = cli(*_words(tmp_path, operation="PutParameter"))
    written = b"".join(gzip.decompress(path.read_bytes()) for path in tmp_path.rglob("*.gz"))
    assert b"PutParameter" in written
    assert b"canary" not in written
    assert "canary" not in ran.out + ran.err


def test_variables_that_lead_past_the_recorder_are_told(
    cli: RunCli, endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:2")
    ran = cli(*_words(tmp_path))
    assert "warning: AWS_ENDPOINT_URL_S3 is set: the calls of that service go past the recorder" in ran.err
    assert "warning: HTTP_PROXY is set and NO_PROXY lacks 127.0.0.1" in ran.err
    assert not (tmp_path / "recorded.selectors").exists()


@pytest.mark.parametrize(("name", "code"), [("no-such-command-at-all", 127), ("/", 126)])
def test_a_command_that_cannot_be_run_is_told(
    cli: RunCli, endpoint: Endpoint, tmp_path: Path, name: str, code: int
) -> None:
    ran = cli("usage", "record", "--out", str(tmp_path), "--", name)
    assert ran.code == code
    assert f"`{name}`" in ran.err
    assert "no call was recorded" in ran.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--upstream", "nowhere"), "`nowhere` is no endpoint"),
        (("--principal", "me"), "is no ARN"),
        (("--port", "70000"), "`--port`"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    cli: RunCli, endpoint: Endpoint, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    ran = cli("usage", "record", "--out", str(tmp_path), *words, "--", "true")
    assert ran.code == 2
    assert says in ran.err


def test_without_an_endpoint_nothing_is_called(
    cli: RunCli, endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    ran = cli("usage", "record", "--out", str(tmp_path), "--", "true")
    assert ran.code == 2
    assert "no endpoint is configured" in ran.err
    assert "--upstream aws" in ran.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_without_a_command_it_runs_until_it_is_stopped(
    endpoint: Endpoint, tmp_path: Path, number: signal.Signals
) -> None:
    started = subprocess.Popen(
        [*RECORD, "--out", tmp_path, "--principal", ARN],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    line = started.stdout.readline()
    assert line.startswith("export AWS_ENDPOINT_URL=http://127.0.0.1:")
    url = line.strip().partition("=")[2]
    subprocess.run(
        [sys.executable, "-c", CALL, "GetParameter", "0"], env=os.environ | {"AWS_ENDPOINT_URL": url}, check=True
    )
    started.send_signal(number)
    out, _err = started.communicate(timeout=20)
    assert started.returncode == 0
    assert "1 record in 1 file" in out
    assert len(list(tmp_path.rglob("*.json.gz"))) == 1


def test_a_signal_ends_the_command_and_finishes_the_files(endpoint: Endpoint, tmp_path: Path) -> None:
    waiting = CALL.replace(
        "raise SystemExit", "import time; print('waits', flush=True); time.sleep(60)\nraise SystemExit"
    )
    started = subprocess.Popen(
        [*RECORD, "--out", tmp_path, "--principal", ARN, "--", sys.executable, "-c", waiting, "GetParameter", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert started.stdout is not None
    while "waits" not in started.stdout.readline():
        time.sleep(0.01)
    started.send_signal(signal.SIGTERM)
    _out, err = started.communicate(timeout=20)
    assert started.returncode == 128 + signal.SIGTERM
    assert "1 record in 1 file" in err
    assert len(list(tmp_path.rglob("*.json.gz"))) == 1
