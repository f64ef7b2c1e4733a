"""A folder of logs of every form that was met or thought of: what one engine reads in its own way shows here."""

import gzip
import json
import random
from pathlib import Path
from typing import Any

from tests.unit.usage.made_records import ROLE, USER, record, role_session, user

FOLDER = "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/01"
OTHER_TIMES = ("2026-03-01 10:00:00", "2026-03-02T01:30:00+02:00", "2026-03-01T10:00:00.5Z", "never", "", None, 7)


def _each(*values: Any) -> list[Any]:
    return list(values)


def odd_records() -> list[Any]:
    """Records with fields of other types, twice, missing or empty."""
    odd: list[dict[str, Any]] = [
        {field: value}
        for field in ("eventID", "eventSource", "eventName", "eventType", "eventCategory", "awsRegion", "errorCode")
        for value in _each(5, None, ..., "", ["x"], {"a": 1}, True)
    ]
    odd += [{"eventTime": time} for time in OTHER_TIMES]
    odd += [{"managementEvent": value} for value in _each("true", "false", None, 0, ...)]
    odd += [
        {"requestParameters": value}
        for value in _each("text", '{"bucketName":"b","key":"k"}', [1], 1e2, True, {}, None)
    ]
    odd += [{"responseElements": value} for value in _each("text", [1], {"a": "arn:aws:s3:::b"}, None)]
    odd += [
        {"resources": value}
        for value in _each("text", [], [None], ["x"], [[]], [{"ARN": 5}], [{"type": None}], {}, 3, None)
    ]
    odd += [{"resources": [{"arn": "arn:aws:s3:::b"}, {"type": "AWS::S3::Object", "accountId": 1}]}]
    odd += [
        {"userIdentity": value}
        for value in _each({}, None, [], "x", {"type": 5}, {"userName": "x"}, {"type": "Root"}, ...)
    ]
    odd += [{"userIdentity": {**role_session(), "accountId": 111122223333}}]
    odd += [
        {"userIdentity": {"type": "AssumedRole", "sessionContext": value}}
        for value in _each(None, [], {"sessionIssuer": []})
    ]
    odd += [
        {"requestParameters": {"key": "k", "bucketName": "b", "userIdentity": {}, "n": value}}
        for value in _each(1.10, 1e2)
    ]
    odd += [{"requestParameters": {"key": 'ключ 🔑 \u2028 \x1f \\ "', "bucketName": "b"}}]
    odd += [{"sharedEventID": "s-1", "recipientAccountId": value} for value in _each("444455556666", "111122223333", 5)]
    odd += [
        {"errorCode": "AccessDenied", "errorMessage": value}
        for value in _each("x is not authorized to perform: s3:*", 1)
    ]
    return [{key: value for key, value in record(**one).items() if value is not ...} for one in odd]


def text_of(records: list[Any]) -> str:
    """A delivered file's JSON."""
    return json.dumps({"Records": records}, separators=(",", ":"), ensure_ascii=False)


def write_odd_logs(top: Path) -> None:
    """The folder."""
    folder = top / FOLDER
    folder.mkdir(parents=True)
    plain = [record(eventID=f"p{n}", eventTime=f"2026-03-0{n % 3 + 1}T10:{n % 60:02}:00Z") for n in range(150)]
    plain += [record(userIdentity=user(), eventID=f"u{n}", errorCode="AccessDenied") for n in range(120)]
    whole = text_of(plain)
    packed = gzip.compress(whole.encode())
    files: dict[str, bytes] = {
        "plain.json.gz": packed,
        "pretty.json": json.dumps({"Records": plain[:3]}, indent=2).encode(),
        "odd.json.gz": gzip.compress(text_of(odd_records()).encode()),
        "odd-pretty.json": json.dumps({"Records": odd_records()}, indent=1).encode(),
        "truncated.json.gz": packed[: len(packed) // 2],
        "corrupt.json.gz": packed[:40] + b"\0\0\0" + packed[43:],
        "empty.json.gz": b"",
        "empty.json": b"",
        "members.json.gz": gzip.compress(whole[:500].encode()) + gzip.compress(whole[500:].encode()),
        "packed.json": packed,
        "unpacked.json.gz": whole.encode(),
        "lines.json": "\n".join(json.dumps(one) for one in plain[:4]).encode(),
        "strung.json": f"{text_of(plain[:2])}\n{text_of(plain[2:5])}".encode(),
        "glued.json": f"{text_of(plain[:2])}{text_of(plain[2:5])}".encode(),
        "trailing.json": f"{text_of(plain[:2])} x".encode(),
        "lookup.json": json.dumps({"Events": [{"CloudTrailEvent": json.dumps(plain[0])}]}).encode(),
        "single.json": json.dumps(plain[0]).encode(),
        "list.json": json.dumps(plain[:3]).encode(),
        "other.json": b'{"a": 1}',
        "no-records.json": b'{"Records": {"eventName": "x"}}',
        "none.json": b'{"Records": []}',
        "more-keys.json": f'{{"a":{{}},"Records":[{json.dumps(plain[0])}],"b":[1]}}'.encode(),
        "twice.json": f'{{"Records":[1],"Records":[{json.dumps(plain[1])}]}}'.encode(),
        "elements.json": json.dumps({"Records": [None, 3, "x", [], json.dumps(plain[0]), plain[1], True]}).encode(),
        "bom.json": b"\xef\xbb\xbf" + whole.encode(),
        "utf-16.json": whole.encode("utf-16"),
        "latin.json": text_of([record(eventID="é")]).encode("latin-1"),
        "half.json": text_of(plain[:1]).replace('"p0"', '"\\ud83d"').encode(),
        "pair.json": text_of(plain[:1]).replace('"p0"', '"\\ud83d\\ude00"').encode(),
        "escaped.json": text_of(plain[:2]).replace('"eventName"', '"event\\u004eame"').replace("/", "\\/").encode(),
        "huge-number.json": text_of(plain[:2]).replace('"p0"', '"p0","n":1e400').encode(),
        "long-number.json": text_of(plain[:2]).replace('"p0"', '"p0","n":123456789012345678901234567890').encode(),
        "twice-named.json": text_of(plain[:2]).replace('"eventName"', '"eventName":"PutObject","eventName"').encode(),
        "nan.json": text_of(plain[:2]).replace('"p0"', "NaN").encode(),
        "quotes.json": b"{'Records':[{'eventName':'x','eventSource':'y'}]}",
        "infinity.json": text_of([record(eventID="Infinity")]).encode(),
        "deep.json": text_of([record(requestParameters=_nested(400)), plain[0]]).encode(),
        "too-deep.json": f'{{"Records":[{{"eventName":"a","eventSource":"b","x":{"[" * 3000}{"]" * 3000}}}]}}'.encode(),
        "a name with % and #1.json": whole.encode(),
        "[a]{b}*?.json": text_of(plain[:5]).encode(),
        "co:lon.json": text_of(plain[:6]).encode(),
        "имя.json": text_of(plain[:7]).encode(),
        "_hidden.json": text_of(plain[:8]).encode(),
        ".hidden.json": text_of(plain[:9]).encode(),
        "a%20b.json": text_of(plain[:10]).encode(),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (top / "MANIFEST.json").write_bytes(b'{"files": 3}')
    (folder / "link.json").symlink_to(folder / "pretty.json")
    (folder / "nowhere.json").symlink_to(folder / "not-there")


def _nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = {"a": value}
    return value


def mixed_records(seed: int, count: int) -> list[Any]:
    """Records whose fields are drawn from odd and plain ones alike."""
    chance = random.Random(seed)
    odd = odd_records()
    made = []
    for n in range(count):
        one = record(eventID=f"m{n % 40}", eventTime=f"2026-03-0{chance.randint(1, 3)}T1{chance.randint(0, 9)}:00:00Z")
        for _ in range(chance.randint(0, 2)):
            other = chance.choice(odd)
            name = chance.choice(sorted(other))
            one[name] = other[name]
        made.append(one)
    return made


PRINCIPALS = frozenset({ROLE, USER})
