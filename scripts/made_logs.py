"""Made-up logs as CloudTrail delivers them, for measuring: `python -m scripts.made_logs FOLDER [--events N] [--seed S]`.

Four accounts, three regions, some 120 roles that each make a few of the calls in `scripts.made_calls` over and over, a few roles
most of them; IAM users and services; 5 % errors. Two roles of the first account are the ones to ask about: they make some 5 % of
all events, and another 0.8 % only name one of them. Files hold from one record to some thousands, a few 40,000, as an account's
busiest minutes do. The same number and seed give the same bytes, in however many processes they are made. Nothing in it is taken
from anybody's logs.
"""

import argparse
import base64
import bisect
import gzip
import hashlib
import itertools
import json
import multiprocessing
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from scripts.made_calls import Template, assumption, templates

ACCOUNTS = ("111122223333", "444455556666", "777788889999", "123123123123")
REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-2")
ASKED = (
    f"arn:aws:iam::{ACCOUNTS[0]}:role/orders-prod-ZappaLambdaExecutionRole",
    f"arn:aws:iam::{ACCOUNTS[0]}:role/service-role/thumbnails-role-x7f2k9qd",
)
"""The two roles to ask about."""
DAYS = 14
_FIRST = datetime(2026, 9, 1, tzinfo=UTC)
_ACCOUNT_SHARES = (0.40, 0.25, 0.20, 0.15)
_REGION_SHARES = (0.62, 0.28, 0.10)
_ASKED_SHARE = 0.125
"""Of the events of the first account."""
_NAMED_SHARE = 0.008
_USERS_SHARE, _SERVICES_SHARE = 0.05, 0.02
_ROLES = 120
_LONGEST = 9_000
"""Records of an ordinary file at most."""
_LARGE = range(36_000, 42_000)
_EVENTS_A_LARGE = 250_000
"""There is one large file for so many events."""
_AGENT = "Boto3/1.40.12 md/Botocore#1.40.12 ua/2.1 os/linux#5.10.240 md/arch#x86_64 lang/python#3.12.11 cfg/retry-mode#legacy"
_SERVICE = '{"type":"AWSService","invokedBy":"lambda.amazonaws.com"}'
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@dataclass(frozen=True, slots=True)
class Made:
    """What was written."""

    files: int
    events: int
    bytes: int
    """Decompressed."""
    stored: int
    """As the files are."""


@dataclass(frozen=True, slots=True)
class _Role:
    arn: str
    account: str
    id: str
    is_function: bool
    calls: tuple[Template, ...]
    """The first the most often."""


@dataclass(frozen=True, slots=True)
class _File:
    """One delivery to write."""

    folder: str
    seed: int
    number: int
    account: str
    region: str
    begins: datetime
    records: int


def write_logs(folder: Path, events: int, seed: int = 7, processes: int | None = None) -> Made:
    """Write logs of so many events below `folder`; `processes` None is as many as there are cores."""
    files = _files(folder, events, seed)
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        sizes = pool.map(_write, files, chunksize=8)
    return Made(len(files), events, sum(size for size, _ in sizes), sum(stored for _, stored in sizes))


def _files(folder: Path, events: int, seed: int) -> list[_File]:
    chance = random.Random(seed)
    sizes: list[int] = []
    left = events
    while left > 0:
        is_large = left > _EVENTS_A_LARGE and len(sizes) % (_EVENTS_A_LARGE // 500) == 11
        records = chance.choice(_LARGE) if is_large else min(_LONGEST, max(1, int(chance.lognormvariate(5.1, 1.45))))
        sizes.append(min(left, records))
        left -= sizes[-1]
    return [
        _File(
            str(folder),
            seed,
            number,
            chance.choices(ACCOUNTS, _ACCOUNT_SHARES)[0],
            chance.choices(REGIONS, _REGION_SHARES)[0],
            _FIRST + timedelta(minutes=5 * (number * DAYS * 288 // len(sizes))),
            records,
        )
        for number, records in enumerate(sizes)
    ]


@cache
def _world(seed: int) -> tuple[tuple[_Role, ...], tuple[_Role, ...]]:
    """All roles, and the two to ask about."""
    chance = random.Random(f"{seed} roles")
    calls = templates()
    roles = []
    for number in range(_ROLES):
        account = chance.choices(ACCOUNTS, _ACCOUNT_SHARES)[0]
        own = chance.sample(calls, min(len(calls), int(chance.paretovariate(0.7) * 4) + 2))
        arn = f"arn:aws:iam::{account}:role/svc-{number:03}-ExecutionRole-{_letters(chance, 8)}"
        roles.append(_Role(arn, account, "AROA" + _letters(chance, 17), number % 4 > 0, tuple(own)))
    asked = [
        _Role(arn, ACCOUNTS[0], "AROA" + _letters(chance, 17), True, tuple(chance.sample(calls, 24))) for arn in ASKED
    ]
    return tuple(roles), tuple(asked)


class _Writer:
    """The records of one file, one after the other."""

    def __init__(self, file: _File) -> None:
        self._file = file
        self._chance = random.Random(f"{file.seed} {file.number}")
        roles, self._asked = _world(file.seed)
        self._roles = [role for role in roles if role.account == file.account]
        self._weights = list(itertools.accumulate(1 / (place + 1) for place in range(len(self._roles))))
        self._data = tuple(call for call in templates() if call.is_data)
        self._identities: dict[str, str] = {}

    def record(self) -> str:
        """The next record."""
        chance = self._chance
        kind = chance.random()
        if kind < _NAMED_SHARE:
            return self._filled(assumption(), _SERVICE) if kind < _NAMED_SHARE * 0.7 else self._of_role(assumption())
        if kind < _NAMED_SHARE + _SERVICES_SHARE:
            return self._filled(chance.choice(self._data), _SERVICE)
        if kind < _NAMED_SHARE + _SERVICES_SHARE + _USERS_SHARE:
            return self._filled(chance.choice(templates()), self._user())
        return self._of_role(None)

    def _of_role(self, call: Template | None) -> str:
        chance = self._chance
        is_asked = call is None and self._file.account == ACCOUNTS[0] and chance.random() < _ASKED_SHARE
        if is_asked:
            role = self._asked[chance.random() < 0.3]
        else:
            role = self._roles[bisect.bisect(self._weights, chance.random() * self._weights[-1])]
        if call is None:
            share = 0.55 if is_asked else 0.06
            usual = role.calls[int(chance.random() ** 2 * len(role.calls))]
            call = chance.choice(self._data) if chance.random() < share else usual
        return self._filled(call, self._session(role))

    def _filled(self, call: Template, who: str) -> str:
        chance = self._chance
        moment = self._file.begins + timedelta(seconds=int(chance.random() * 300))
        bits = f"{chance.getrandbits(256):064x}"
        values = {
            "WHO": who,
            "TIME": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "EVENT": f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-a{bits[17:20]}-{bits[20:32]}",
            "REQUEST": f"{bits[32:40]}-{bits[40:44]}-4{bits[45:48]}-b{bits[49:52]}-{bits[52:]}",
            "HOST": base64.b64encode(f"{bits[:24]}{moment.second}".encode()).decode() + "=",
            "REGION": self._file.region,
            "ACCOUNT": self._file.account,
            "ADDRESS": "lambda.amazonaws.com" if who is _SERVICE else f"10.{int(bits[0], 16)}.7.{int(bits[:2], 16)}",
            "AGENT": "lambda.amazonaws.com" if who is _SERVICE else _AGENT,
            "N": str(int(chance.paretovariate(1.3) * 3) % 150),
            "ROLE": ASKED[chance.random() < 0.5],
        }
        return call.filled(values)

    def _session(self, role: _Role) -> str:
        """`userIdentity` of a role's session: mostly the one that it had before."""
        known = self._identities.get(role.arn)
        if known and self._chance.random() > 0.02:
            return known
        name = role.arn.rpartition("/")[2]
        session = f"{name.split('-')[0]}-fn" if role.is_function else f"i-0abc12de34f5{self._chance.randrange(90):02}"
        made = self._identities[role.arn] = json.dumps(
            {
                "type": "AssumedRole",
                "principalId": f"{role.id}:{session}",
                "arn": f"arn:aws:sts::{role.account}:assumed-role/{name}/{session}",
                "accountId": role.account,
                "accessKeyId": f"ASIA{_letters(self._chance, 16)}",
                "sessionContext": {
                    "sessionIssuer": {
                        "type": "Role",
                        "principalId": role.id,
                        "arn": role.arn,
                        "accountId": role.account,
                        "userName": name,
                    },
                    "attributes": {
                        "creationDate": f"{self._file.begins:%Y-%m-%dT%H:%M:%SZ}",
                        "mfaAuthenticated": "false",
                    },
                },
            },
            separators=(",", ":"),
        )
        return made

    def _user(self) -> str:
        number, account = self._chance.randrange(9), self._file.account
        return (
            f'{{"type":"IAMUser","principalId":"AIDAEXAMPLE{number}","arn":"arn:aws:iam::{account}:user/dev-{number}",'
            f'"accountId":"{account}","accessKeyId":"AKIAEXAMPLE{number}","userName":"dev-{number}"}}'
        )


def _letters(chance: random.Random, count: int) -> str:
    return "".join(chance.choices(_LETTERS, k=count))


def _write(file: _File) -> tuple[int, int]:
    writer = _Writer(file)
    body = ('{"Records":[' + ",".join(writer.record() for _ in range(file.records)) + "]}").encode()
    folder = Path(file.folder, f"AWSLogs/{file.account}/CloudTrail/{file.region}/{file.begins:%Y/%m/%d}")
    folder.mkdir(parents=True, exist_ok=True)
    unique = hashlib.sha256(f"{file.seed} {file.number}".encode()).hexdigest()[:16]
    stored = gzip.compress(body, 6, mtime=0)
    name = f"{file.account}_CloudTrail_{file.region}_{file.begins:%Y%m%dT%H%MZ}_{unique}.json.gz"
    (folder / name).write_bytes(stored)
    return len(body), len(stored)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write, and say what was written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args(arguments)
    made = write_logs(asked.folder, asked.events, asked.seed)
    print(f"{made.files:,} files, {made.events:,} events, {made.bytes:,} bytes in {made.stored:,} as gzip")


if __name__ == "__main__":
    main()
