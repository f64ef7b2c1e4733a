"""What `secret access` is decided from: read from files where they are given, else from AWS.

No AWS call is made where the account's details, the key's ARN and policy, and the parameter's policy are all given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from secrets_cli.aws.identities import IdentityDirectory
from secrets_cli.aws.key_grants import grants_document
from secrets_cli.aws.keys import Key, KeyService
from secrets_cli.aws.parameters import SECURE_STRING, Described, ParameterStore
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AwsFailure, ConfigurationError, NotThere
from secrets_cli.iam.arn import parse_arn
from secrets_cli.iam.model import Policy, Statement
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.secrets.access.account_details import Account, parse_account
from secrets_cli.secrets.access.grants import parse_grants, with_grants
from secrets_cli.secrets.access.routes import KEY_POLICY, PARAMETER_POLICY, Target
from secrets_cli.secrets.access.who_reads import Question
from secrets_cli.secrets.keys.key_word import key_word
from secrets_cli.secrets.parameter_name import Place


@dataclass(frozen=True, slots=True)
class Given:
    """What the user gave; what is None is read from AWS."""

    name: str
    """Of the parameter."""
    region: str | None = None
    account: bytes | None = None
    """The JSON of GetAccountAuthorizationDetails."""
    key: str | None = None
    """ARN, id or alias of the key; an ARN needs no call."""
    key_policy: str | None = None
    parameter_policy: str | None = None
    """JSON text; empty says that the parameter has none."""
    grants: bytes | None = None
    scps: tuple[tuple[Policy, ...], ...] = ()


@dataclass(slots=True)
class Inputs:
    """Gathers a question; `notes` tells what could not be read."""

    given: Given
    connection: Connection
    """Asked only for what is not given."""
    seen: Callable[[int], None] = lambda _: None
    notes: list[str] = field(default_factory=list)

    def question(self) -> Question:
        """The question, with all that was given or read. Raises AwsFailure for what it cannot do without."""
        account = self._account()
        given = self.given
        place = Place(account.partition, given.region or self.connection.region, account.id)
        target = self._with_key(Target(place, given.name, "", None))
        target = replace(target, parameter_policy=self._parameter_policy(target), tags=self._tags())
        self._notes_of(account)
        return Question(target, account, given.scps)

    @property
    def offline(self) -> bool:
        """Whether nothing is read from AWS."""
        given = self.given
        has_key = given.key_policy is not None and (given.key or "").startswith("arn:")
        return has_key and None not in (given.account, given.parameter_policy)

    def _account(self) -> Account:
        if self.given.account is not None:
            return parse_account(self.given.account, "the account's details")
        document = IdentityDirectory(self.connection).account_details(self.seen)
        own = (self.connection.account, self.connection.partition)
        return parse_account(document, "the answer of iam:GetAccountAuthorizationDetails", own)

    def _with_key(self, target: Target) -> Target:
        arn = self._key_arn()
        if not arn:
            return target
        text = self.given.key_policy
        if text is None:
            text = KeyService(self.connection).policy(arn)
        policy = parse_policy(text, KEY_POLICY, PolicyKind.RESOURCE)
        return replace(target, key_arn=arn, key_policy=with_grants(policy, self._grants(arn)))

    def _key_arn(self) -> str:
        """Empty where the parameter is not encrypted."""
        key = self.given.key
        if key is not None and ":key/" in key and parse_arn(key) is not None:
            return key
        if key is None:
            if self.given.key_policy is not None and self.given.account is not None:
                raise ConfigurationError(
                    "the policy of a key is given, and not which key it is of", "give its ARN as `--key`"
                )
            key = self._described().key
        return self._usable(KeyService(self.connection).describe(key_word(key))) if key else ""

    def _usable(self, key: Key) -> str:
        """Its ARN; a key that decrypts for nobody is told."""
        if key.state != "Enabled":
            self.notes.append(f"the key is {key.state}: as long as it is, nobody decrypts with it, whatever is allowed")
        return key.arn

    def _described(self) -> Described:
        store = ParameterStore(self.connection)
        for found in store.described((self.given.name,)):
            if found.type != SECURE_STRING:
                self.notes.append(f"the parameter is a {found.type}: it is not encrypted, so no key protects it")
            return found
        raise NotThere(
            f"there is no parameter `{self.given.name}` in {self.connection.region}",
            "check the name and the region; for a parameter to come, give `--key`",
        )

    def _grants(self, key: str) -> tuple[Statement, ...]:
        given = self.given
        if given.grants is not None:
            return parse_grants(given.grants, "the key's grants")
        if self.offline:
            self.notes.append("grants on the key were not looked at: give them with `--key-grants`")
            return ()
        try:
            return parse_grants(grants_document(self.connection, key), "the answer of kms:ListGrants")
        except AwsFailure as error:
            self.notes.append(f"grants on the key could not be read ({error.message}): they may let others decrypt")
            return ()

    def _parameter_policy(self, target: Target) -> Policy | None:
        text = self.given.parameter_policy
        if text is not None:
            return parse_policy(text, PARAMETER_POLICY, PolicyKind.RESOURCE) if text else None
        try:
            found = ParameterStore(self.connection).resource_policies(target.arn)
        except AwsFailure as error:
            self.notes.append(f"the parameter's policy could not be read ({error.message}): it may let others in")
            return None
        return _one_policy(tuple(parse_policy(one.document, PARAMETER_POLICY, PolicyKind.RESOURCE) for one in found))

    def _tags(self) -> Mapping[str, str] | None:
        if self.offline:
            return None
        try:
            return ParameterStore(self.connection).tags(self.given.name)
        except AwsFailure as error:
            self.notes.append(f"the parameter's tags could not be read ({error.message}): conditions on them are open")
            return None

    def _notes_of(self, account: Account) -> None:
        if not self.given.scps:
            self.notes.append("service control policies were not given (`--scp`): they may deny more")
        self.notes.append("not looked at: resource control policies, VPC endpoint policies, session policies")
        for lost in account.unread:
            self.notes.append(f"`{lost.name}` was not read: {lost.why}; answers that hang on it say so")


def _one_policy(policies: tuple[Policy, ...]) -> Policy | None:
    """The policies as one, their statements numbered through."""
    statements = [one for policy in policies for one in policy.statements]
    if not policies:
        return None
    return replace(policies[0], statements=tuple(replace(one, index=index) for index, one in enumerate(statements)))
