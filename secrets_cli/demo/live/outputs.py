"""What the steps read out of the commands' answers. Pure; raises NotProven where an answer lacks what it should say."""

import re
from typing import TypeVar

import msgspec

from secrets_cli.demo.live.stage import NotProven

_T = TypeVar("_T")
_ADDRESS = re.compile(r"https://[a-z0-9]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com/\w+")
_STATUS = re.compile(r"(\d{3}) ")


class _Claim(msgspec.Struct):
    claim: str
    holds: bool


class _KeyProof(msgspec.Struct):
    holds: bool
    claims: list[_Claim]


class _KeyChange(msgspec.Struct):
    proof: _KeyProof


class _DeployProof(msgspec.Struct):
    holds: bool
    checks: list[_Claim]


class _Deployed(msgspec.Struct):
    proof: _DeployProof
    url: str | None


class _Calls(msgspec.Struct):
    event_source: str
    principal: str
    count: int


class _Recorded(msgspec.Struct):
    records: int
    calls: list[_Calls]
    unknown_keys: list[str]


class _Contained(msgspec.Struct):
    verdict: str


class _Replay(msgspec.Struct):
    requests: int
    allowed: int


class _NarrowingProof(msgspec.Struct):
    contained: _Contained
    replay: _Replay


class _Summary(msgspec.Struct):
    actions_before: int
    actions_after: int


class Narrowed(msgspec.Struct):
    """The numbers of a narrowing."""

    proof: _NarrowingProof
    summary: _Summary

    def __str__(self) -> str:
        """In one sentence."""
        summary, replay = self.summary, self.proof.replay
        return (
            f"{summary.actions_before} actions before, {summary.actions_after} after: proven to grant nothing new, and to allow "
            f"{replay.allowed} of {replay.requests} observed requests"
        )


class _Stage(msgspec.Struct):
    differences: list[object]


class _Listed(msgspec.Struct):
    stages: list[_Stage]


class _Finding(msgspec.Struct):
    rule: str
    severity: str
    state: str


class _Judged(msgspec.Struct):
    findings: list[_Finding]
    unresolved: list[object]


def _decoded(text: str, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.MsgspecError as error:
        raise NotProven(f"its answer is not what it should be ({error})") from None


def claims_of_key(text: str) -> int:
    """How many claims `key create` proved."""
    proof = _decoded(text, _KeyChange).proof
    if not proof.holds or not proof.claims:
        raise NotProven("a claim about the key's policy does not hold")
    return len(proof.claims)


def deployed_function(text: str) -> tuple[int, str]:
    """How many claims `lambda deploy` proved, and the function's URL."""
    answer = _decoded(text, _Deployed)
    if not answer.proof.holds or not answer.proof.checks:
        raise NotProven("a claim about the deployment does not hold")
    if not answer.url:
        raise NotProven("the deployed function has no URL")
    return len(answer.proof.checks), answer.url


def reader_role(text: str) -> str:
    """ARN of the role that a deployment warns of: the key's policy does not name it yet."""
    found = re.search(r"key grant-use \S+ --reader (arn:\S+)", text)
    if found is None:
        raise NotProven("the deployment does not say which role the key's policy lacks")
    return found[1]


def zappa_address(text: str) -> str:
    """Where Zappa says that the app is."""
    found = _ADDRESS.search(text)
    if found is None:
        raise NotProven("Zappa does not say where the app is")
    return found[0]


def recorded_calls(text: str, role: str) -> str:
    """The role's calls by service, in words, out of the answer of `usage record`."""
    answer = _decoded(text, _Recorded)
    own = {one.event_source.partition(".")[0]: one.count for one in answer.calls if one.principal == role}
    if not own or answer.unknown_keys:
        raise NotProven("the calls of the app's role were not recorded as its own")
    services = ", ".join(f"{name} {count}" for name, count in sorted(own.items()))
    return f"{sum(own.values())} calls of the app's role ({services})"


def narrowed(text: str) -> Narrowed:
    """The numbers of `role narrow`, whose proof must hold."""
    answer = _decoded(text, Narrowed)
    replay = answer.proof.replay
    if answer.proof.contained.verdict != "contained" or replay.allowed != replay.requests or not replay.requests:
        raise NotProven(f"{answer} - but the proof does not hold")
    return answer


def nothing_differs(text: str) -> None:
    """That `role list --live` found deployed what the files say."""
    stages = _decoded(text, _Listed).stages
    if not stages or any(stage.differences for stage in stages):
        raise NotProven("what is deployed differs from what the project's files say")


def open_findings(text: str) -> str:
    """The gate's open findings, in words; empty where there is none."""
    judged = _decoded(text, _Judged)
    if judged.unresolved:
        raise NotProven("the gate could not resolve all of it")
    rules = sorted({one.rule for one in judged.findings if one.state == "open"})
    return ", ".join(rules)


def answered(text: str, status: int, holds: str = "") -> None:
    """That the app answered with this status, and the text holds this."""
    found = _STATUS.match(text)
    if found is None or int(found[1]) != status or holds not in text:
        raise NotProven(f"the app answered `{text.strip()[:200]}`, and not {status}")
