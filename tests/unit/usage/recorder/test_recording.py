"""From exchanges to files: callers that become known, files in CloudTrail's layout, what is counted."""

import gzip
import json
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from secrets_cli.errors import ConfigurationError
from secrets_cli.usage.record import read_record
from secrets_cli.usage.recorder.asking import Asking, Role
from secrets_cli.usage.recorder.callers import Callers, Person, person_of
from secrets_cli.usage.recorder.delivery import Delivery
from secrets_cli.usage.recorder.recording import Recorded, Recording
from secrets_cli.usage.recorder.records import Exchange
from secrets_cli.usage.recorder.scope import scope_of
from secrets_cli.usage.selectors import parse_selectors
from tests.recorder_wire import CANARY, MODELS, answered, request_of

ROLE = "arn:aws:iam::111122223333:role/apps/web"
SESSION = "arn:aws:sts::111122223333:assumed-role/web/job-1"
USER = person_of("arn:aws:iam::111122223333:user/ann")
ASSUMED = f"""<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA1</AccessKeyId>
<SecretAccessKey>{CANARY}</SecretAccessKey><SessionToken>{CANARY}</SessionToken></Credentials><AssumedRoleUser><Arn>{SESSION}</Arn>
<AssumedRoleId>AROAX:job-1</AssumedRoleId></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>""".encode()


class Answers:
    """In the place of what the endpoint is asked."""

    def __init__(self, persons: Mapping[str, Person], keys: Mapping[str, str] | None = None) -> None:
        self.persons, self.keys = persons, keys or {}
        self.asked: list[str] = []

    def own_person(self, key: str) -> Person | None:
        self.asked.append(key)
        return self.persons.get(key)

    def function_person(self, _key: str) -> Person | None:
        return None

    def role(self, name: str) -> Role | None:
        return Role("AROAX", f"arn:aws:iam::111122223333:role/path/{name}")

    def parameter_keys(self, names: list[str]) -> dict[str, str]:
        return {name: self.keys[name] for name in names if name in self.keys}


def _exchange(
    model: str, operation: str, members: dict[str, Any], key: str, body: bytes = b"", day: int = 1
) -> Exchange:
    request = request_of(model, operation, members, key=key)
    return Exchange(request, answered(body), scope_of(request), datetime(2026, 9, day, 12, tzinfo=UTC))


def _recorded(
    folder: Path, *exchanges: Exchange, answers: Answers | None = None, anybody: Person | None = None, **options: Any
) -> tuple[Recorded, list[dict[str, Any]]]:
    """What came of it, and the records in the files, in order."""
    settings = {"add_kms": False, "is_whole": True} | options
    recording = Recording(MODELS, Callers({}, anybody), Delivery(folder), **settings)
    recording.start(cast("Asking", answers) if answers else None)
    for exchange in exchanges:
        recording.hear(exchange)
    recorded = recording.close()
    return recorded, [
        record for path in recorded.files for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]
    ]


def test_files_lie_as_cloudtrail_delivers_them_for_their_owner_alone(tmp_path: Path) -> None:
    get = ("ssm", "GetParameter", {"Name": "/a"}, "AKIA1")
    recorded, records = _recorded(tmp_path, _exchange(*get), _exchange(*get, day=2), anybody=USER)
    base = tmp_path / "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/09"
    assert sorted(path.parent for path in recorded.files) == [base / "01", base / "02"]
    for path in recorded.files:
        assert path.name.startswith("111122223333_CloudTrail_eu-west-1_")
        assert path.name.endswith(".json.gz")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [record["recipientAccountId"] for record in records] == ["111122223333"] * 2
    assert list(tmp_path.rglob(".*")) == []  # nothing half-written


def test_a_session_is_known_by_the_answer_that_made_it_even_to_calls_before(tmp_path: Path) -> None:
    before = _exchange("s3", "ListBuckets", {}, "ASIA1")
    assume = _exchange("sts", "AssumeRole", {"RoleArn": ROLE, "RoleSessionName": "job-1"}, "AKIA1", ASSUMED)
    after = _exchange("ssm", "GetParameter", {"Name": "/a"}, "ASIA1")
    recorded, records = _recorded(tmp_path, before, assume, after)
    issuers = {record["eventName"]: record["userIdentity"].get("sessionContext", {}) for record in records}
    assert issuers["ListBuckets"]["sessionIssuer"]["arn"] == ROLE
    assert issuers["GetParameter"]["sessionIssuer"]["arn"] == ROLE
    assert recorded.calls == {
        ("s3.amazonaws.com", ROLE): 1,
        ("ssm.amazonaws.com", ROLE): 1,
        ("sts.amazonaws.com", "key AKIA1"): 1,
    }
    assert recorded.unknown_keys == {"AKIA1": 1}
    assert CANARY not in json.dumps(records)


def test_whose_key_the_environments_is_is_asked_once(tmp_path: Path) -> None:
    session = person_of(SESSION)
    assert session is not None
    answers = Answers({"ASIA9": session})
    get = _exchange("ssm", "GetParameter", {"Name": "/a"}, "ASIA9")
    recorded, records = _recorded(tmp_path, get, get, get, answers=answers)
    assert answers.asked == ["ASIA9"]
    assert {record["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] for record in records} == {
        "arn:aws:iam::111122223333:role/path/web"
    }
    assert recorded.total == 3


def test_a_call_of_no_known_operation_is_named_in_the_logs_too(tmp_path: Path) -> None:
    request = request_of("ssm", "GetParameter", {"Name": "/a"})
    odd = type(request)("POST", "/", "", {**request.headers, "x-amz-target": "AmazonSSM.Later"}, CANARY.encode())
    exchange = Exchange(
        odd, answered(b'{"__type":"X","message":"%s"}' % CANARY.encode(), 400), scope_of(odd), datetime.now(UTC)
    )
    recorded, records = _recorded(tmp_path, exchange, anybody=USER)
    assert recorded.unrecognised == {"ssm: Later": 1}
    (record,) = records
    assert read_record(record).event_name == "Later"
    assert CANARY not in json.dumps(record)


def test_a_call_that_cannot_be_read_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr("secrets_cli.usage.recorder.recording.drafted", broken)
    recorded, records = _recorded(tmp_path, _exchange("ssm", "GetParameter", {"Name": "/a"}, "AKIA1"), anybody=USER)
    assert recorded.unrecognised == {"ssm: could not be read (RuntimeError)": 1}
    assert [record["eventName"] for record in records] == ["POST"]


def test_unsigned_calls_of_no_operation_are_no_records(tmp_path: Path) -> None:
    request = request_of("s3", "ListBuckets", {})
    page = type(request)("GET", "/_health/", "", {"host": "x"}, b"")
    recorded, _ = _recorded(tmp_path, Exchange(page, answered(), scope_of(page), datetime.now(UTC)))
    assert (recorded.total, recorded.unrecognised, recorded.files, recorded.selectors) == (
        0,
        {"unsigned: GET": 1},
        (),
        None,
    )


@pytest.mark.parametrize("add_kms", [True, False])
def test_the_decryption_behind_a_parameter_is_added_only_where_asked_and_marked(tmp_path: Path, add_kms: bool) -> None:
    key = "arn:aws:kms:eu-west-1:111122223333:key/k-1"
    body = json.dumps({"Parameter": {"Name": "/a", "Type": "SecureString", "Value": CANARY}}).encode()
    get = _exchange("ssm", "GetParameter", {"Name": "/a", "WithDecryption": True}, "AKIA1", body)
    plain = _exchange("ssm", "GetParameter", {"Name": "/a"}, "AKIA1", body)
    recorded, records = _recorded(tmp_path, get, plain, answers=Answers({}, {"/a": key}), anybody=USER, add_kms=add_kms)
    added = [record for record in records if record["eventName"] == "Decrypt"]
    assert (len(added), recorded.added) == ((1, 1) if add_kms else (0, 0))
    for record in added:
        assert record["additionalEventData"] == {"addedBy": "secrets-cli usage record --add-kms"}
        assert record["userIdentity"]["invokedBy"] == "ssm.amazonaws.com"
        assert record["resources"][0]["ARN"] == key
        assert record["requestParameters"]["encryptionContext"] == {
            "PARAMETER_ARN": "arn:aws:ssm:eu-west-1:111122223333:parameter/a"
        }


def test_what_the_logs_hold_is_said_as_selectors(tmp_path: Path) -> None:
    get = _exchange("ssm", "GetParameter", {"Name": "/a"}, "AKIA1")
    recorded, _ = _recorded(tmp_path, get, anybody=USER)
    assert recorded.selectors is not None
    told = parse_selectors(recorded.selectors.read_text(), "recorded")
    assert len(told.selections) > 50
    recorded, _ = _recorded(tmp_path / "other", get, anybody=USER, is_whole=False)
    assert recorded.selectors is None


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="cannot write to"):
        Delivery(tmp_path / "file" / "logs").prepare()


def test_a_file_that_cannot_be_written_is_told_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "AWSLogs").write_text("in the way")
    with pytest.raises(ConfigurationError, match="cannot write"):
        _recorded(tmp_path, _exchange("ssm", "GetParameter", {"Name": "/a"}, "AKIA1"), anybody=USER)


def test_notes_are_told_once_with_how_often(tmp_path: Path) -> None:
    recording = Recording(MODELS, Callers({}, None), Delivery(tmp_path), add_kms=False, is_whole=True)
    recording.start(None)
    for _ in range(3):
        recording.note("no answer")
    assert recording.close().notes == ("no answer (3 times)",)
