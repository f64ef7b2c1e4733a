"""IAM for one principal, in a file: it records each state, and fails, loses an answer or kills the process at a call.

    python -m tests.fake_iam STATE FAULT@N WORDS..      runs a command line against it, with that fault at the Nth change

The faults: `throttled` and `denied` before the change; `lost`: the change is made and no answer comes; `killed-before` and
`killed-after`: the process gets SIGKILL; `none`.
"""

import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from secrets_cli.aws.roles import (
    GroupPolicies,
    InlinePolicy,
    LivePrincipal,
    ManagedPolicy,
    PolicyVersion,
    PrincipalKind,
    PrincipalName,
)
from secrets_cli.errors import AccessDenied, AwsFailure, NotThere, Throttled, Unreachable

FAULTS = ("throttled", "denied", "lost", "killed-before", "killed-after")
AWS = "arn:aws:iam::aws:policy/"


@dataclass
class FakeIam:
    """The reading and the writing side in one; the state is read from the file and written to it at each change."""

    file: Path
    fault: str = "none"
    at: int = 0
    """Number of the change that the fault hits, from 1."""
    changes: int = 0
    calls: list[str] = field(default_factory=list)

    @property
    def roles(self) -> "FakeIam":
        return self

    @property
    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self.file.read_text())
        return state

    def read(self, principal: PrincipalName) -> LivePrincipal:
        state = self.state
        if state["kind"] != principal.kind.value or state["name"] != principal.name:
            raise NotThere(f"there is no {principal}")
        return LivePrincipal(
            kind=principal.kind,
            name=principal.name,
            arn=state["arn"],
            id=state["id"],
            path=state["path"],
            created="2026-01-01T00:00:00Z",
            trust=state["trust"],
            boundary=self.managed(state["boundary"]) if state["boundary"] else None,
            inline=tuple(InlinePolicy(name, text) for name, text in sorted(state["inline"].items())),
            attached=tuple(self.managed(arn) for arn in sorted(state["attached"])),
            groups=tuple(
                GroupPolicies(name, tuple(InlinePolicy(one, text) for one, text in policies.items()), ())
                for name, policies in state["groups"].items()
            ),
            tags=tuple(sorted(state["tags"].items())),
        )

    def managed(self, arn: str) -> ManagedPolicy:
        policy = self._policy(self.state, arn)
        others = policy["others"]
        mine = arn in self.state["attached"]
        tags = tuple(sorted(policy["tags"].items()))
        return ManagedPolicy(arn, policy["default"], policy["versions"][policy["default"]], others + mine, tags)

    def versions(self, arn: str) -> tuple[PolicyVersion, ...]:
        policy = self._policy(self.state, arn)
        return tuple(PolicyVersion(one, one == policy["default"], "2026-01-01T00:00:00Z") for one in policy["versions"])

    def version_text(self, arn: str, version: str) -> str:
        text: str = self._policy(self.state, arn)["versions"][version]
        return text

    def put_inline(self, principal: PrincipalName, policy: str, text: str) -> None:
        self._change(f"put {policy}", lambda state: state["inline"].update({policy: text}))

    def delete_inline(self, principal: PrincipalName, policy: str) -> None:
        self._change(f"delete {policy}", lambda state: state["inline"].pop(policy, None))

    def attach(self, principal: PrincipalName, arn: str) -> None:
        self._policy(self.state, arn)
        self._change(f"attach {arn}", lambda state: state.update(attached=sorted({*state["attached"], arn})))

    def detach(self, principal: PrincipalName, arn: str) -> None:
        self._change(f"detach {arn}", lambda state: state.update(attached=sorted({*state["attached"]} - {arn})))

    def create_policy(self, arn: str, text: str, tags: Mapping[str, str], description: str) -> None:
        def create(state: dict[str, Any]) -> None:
            if arn not in state["policies"]:
                state["policies"][arn] = managed(text, tags)

        self._change(f"create {arn}", create)

    def new_version(self, arn: str, text: str) -> str:
        number = self._policy(self.state, arn)["next"]

        def add(state: dict[str, Any]) -> None:
            policy = state["policies"][arn]
            if len(policy["versions"]) >= 5:
                raise AwsFailure("five versions", code="LimitExceeded")
            policy["versions"][f"v{number}"] = text
            policy.update(default=f"v{number}", next=number + 1)

        self._change(f"version {arn}", add)
        return f"v{number}"

    def set_default(self, arn: str, version: str) -> None:
        self._change(f"default {arn} {version}", lambda state: state["policies"][arn].update(default=version))

    def delete_version(self, arn: str, version: str) -> None:
        assert self._policy(self.state, arn)["default"] != version, "AWS refuses to delete the default version"
        self._change(f"drop {arn} {version}", lambda state: state["policies"][arn]["versions"].pop(version, None))

    def delete_policy(self, arn: str) -> None:
        assert arn not in self.state["attached"], "AWS refuses to delete an attached policy"
        self._change(f"delete policy {arn}", lambda state: state["policies"].pop(arn, None))

    def tag_policy(self, arn: str, tags: Mapping[str, str]) -> None:
        self._change(f"tag {arn}", lambda state: state["policies"][arn]["tags"].update(tags))

    @staticmethod
    def _policy(state: dict[str, Any], arn: str) -> dict[str, Any]:
        if arn not in state["policies"]:
            raise NotThere(f"there is no `{arn}`")
        policy: dict[str, Any] = state["policies"][arn]
        return policy

    def _change(self, call: str, effect: Any) -> None:
        self.changes += 1
        self.calls.append(call)
        fault = self.fault if self.changes == self.at else "none"
        if fault == "throttled":
            raise Throttled(f"{call} was throttled", code="Throttling")
        if fault == "denied":
            raise AccessDenied(f"AWS denied {call}", code="AccessDenied")
        if fault == "killed-before":
            os.kill(os.getpid(), signal.SIGKILL)
        state = self.state
        effect(state)
        state["history"].append({key: state[key] for key in ("inline", "attached", "policies")})
        self.file.write_text(json.dumps(state))
        if fault == "killed-after":
            os.kill(os.getpid(), signal.SIGKILL)
        if fault == "lost":
            raise Unreachable(f"{call} got no answer")


def managed(text: str, tags: Mapping[str, str] = {}, others: int = 0) -> dict[str, Any]:  # never changed
    """A managed policy of one version; `others` have it too."""
    return {"versions": {"v1": text}, "default": "v1", "next": 2, "tags": dict(tags), "others": others}


def principal(kind: PrincipalKind = PrincipalKind.ROLE, name: str = "app", **more: Any) -> dict[str, Any]:
    """The state of a principal with nothing; `more` is what it has."""
    return {
        "kind": kind.value,
        "name": name,
        "arn": f"arn:aws:iam::123456789012:{kind.value}/{name}",
        "id": "AROAAPP",
        "path": "/",
        "trust": '{"Version":"2012-10-17","Statement":[]}' if kind is PrincipalKind.ROLE else "",
        "boundary": "",
        "inline": {},
        "attached": [],
        "groups": {},
        "tags": {},
        "policies": {},
        "history": [],
        **more,
    }


def main() -> None:
    """Run a command line against the file."""
    file, fault, *words = sys.argv[1:]
    kind, _, number = fault.partition("@")
    iam = FakeIam(Path(file), kind, int(number or 0))
    from secrets_cli.aws import role_changes, roles
    from secrets_cli.cli import app

    for module, name in ((role_changes, "RoleChanges"), (roles, "Roles")):
        setattr(module, name, lambda _: iam)  # the whole of IAM is played
    sys.exit(app.run(words))


__all__ = ["AWS", "FAULTS", "FakeIam", "main", "managed", "principal"]

if __name__ == "__main__":
    main()
