"""What the recorder asks for itself, with its own credentials and past its own proxy: whose key a key is, where a role lies,
which key a parameter is under. Reads only; what is refused is answered as not known, with the reason as a note.

An emulator's functions get their keys from the emulator, so no call shows whose they are. Ministack (1.5) makes them of the
function's and the role's ARN (its core/lambda_runtime.py), so they are told by its list of functions; another emulator's are
told by `--principal`.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from secrets_cli.aws.functions import Function, FunctionService
from secrets_cli.aws.keys import KeyService
from secrets_cli.aws.parameters import ParameterStore
from secrets_cli.aws.principals import Principals
from secrets_cli.aws.target import Connection
from secrets_cli.errors import SecretsCliError
from secrets_cli.usage.recorder.callers import Callers, Person, person_of

T = TypeVar("T")


@dataclass(slots=True)
class Role:
    """A role, as IAM knows it."""

    id: str
    arn: str


@dataclass
class Asking:
    """Questions to the endpoint that is recorded."""

    connection: Connection
    has_functions: bool
    """Whether the endpoint is an emulator, whose functions' keys may be told."""
    note: Callable[[str], None]
    _keys: dict[str, str] = field(default_factory=dict)

    def own_person(self, key: str) -> Person | None:
        """Whose key the environment's is, by sts:GetCallerIdentity; None where the credentials have another key."""
        try:
            if self.connection.credentials()[0] != key:
                return None
            arn = self.connection.caller_arn
        except SecretsCliError as error:
            self.note(f"whose key `{key}` is could not be asked: {error}")
            return None
        return person_of(arn)

    def role(self, name: str) -> Role | None:
        """A role's id and ARN with its path, by iam:GetRole."""
        return self._asked(
            lambda: Role(*Principals(self.connection).role_id(name)), f"the path of role `{name}` is taken as `/`"
        )

    def function_person(self, key: str) -> Person | None:
        """The session of an emulator's function whose key it is."""
        if not self.has_functions or not key.startswith("ASIA"):
            return None
        found = self._asked(
            lambda: [one for one in FunctionService(self.connection).functions() if _ministack_key(one) == key],
            "whose keys the functions have is not known",
        )
        for one in found or ():
            account, role = one.arn.split(":")[4], one.role.rpartition("/")[2]
            partition = one.arn.split(":")[1]
            return person_of(f"arn:{partition}:sts::{account}:assumed-role/{role}/{one.name}", "", one.role)
        return None

    def parameter_keys(self, names: Sequence[str]) -> dict[str, str]:
        """ARN of the key of each SecureString, by the parameter's name; by ssm:DescribeParameters and kms:DescribeKey."""
        missing = [name for name in names if name not in self._keys]
        described = (
            self._asked(lambda: ParameterStore(self.connection).described(missing), "kms:Decrypt is not added")
            if missing
            else ()
        )
        for one in described or ():
            arn = self._key_arn(one.key) if one.key else None
            if arn:
                self._keys[one.name] = arn
        return {name: self._keys[name] for name in names if name in self._keys}

    def _key_arn(self, key: str) -> str | None:
        return self._asked(lambda: KeyService(self.connection).describe(key).arn, "kms:Decrypt is not added")

    def _asked(self, ask: Callable[[], T], otherwise: str) -> T | None:
        try:
            return ask()
        except SecretsCliError as error:
            self.note(f"{error}: {otherwise}")
            return None


def _ministack_key(function: Function) -> str:
    return f"ASIA{hashlib.sha256(f'{function.arn}:{function.role}'.encode()).hexdigest()[:16].upper()}"


def learned(callers: Callers, key: str, asking: Asking) -> None:
    """Ask whose key it is, once; where it is a session's, ask for its role too."""
    person = asking.own_person(key) or asking.function_person(key)
    if person is not None:
        callers.learn(key, person)
        if person.role:
            role = asking.role(person.role.rpartition("/")[2])
            if role is not None:
                callers.correct_role(person.role, role.arn, role.id)
