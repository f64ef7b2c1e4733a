"""From the text of a policy to the model.

Refuses what AWS refuses, with the place: unknown or repeated elements, a Version that does not exist, an action
without its service, a resource that is no ARN, elements that the kind of policy must not have. What AWS accepts though
it does nothing - a condition without values, an action that no service has - is accepted.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import re

from secrets_cli.iam.document import find_document
from secrets_cli.iam.json_text import JsonArray, JsonDocument, JsonNode, JsonObject, Places, read_json
from secrets_cli.iam.model import VERSION_2008, VERSION_2012, Effect, Policy, Statement
from secrets_cli.iam.parse_condition import parse_condition
from secrets_cli.iam.parse_element import action_element, principal_element, refuse, resource_element, text_of
from secrets_cli.iam.policy_kind import KindRules, PolicyKind, Presence, rules_of

__all__ = ["PolicyKind", "parse_document", "parse_policy"]

_SID = re.compile(r"[A-Za-z0-9]*")
_ELEMENTS = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)


def parse_policy(text: str, name: str, kind: PolicyKind = PolicyKind.IDENTITY) -> Policy:
    """The policy that the text holds: a policy document, or one of the answers of the AWS CLI that carry one
    (`get-role-policy`, `get-policy-version`, `get-key-policy`, `get-role`, ...), URL-encoded or not.

    `name` is what the reader knows the document by; every location and message carries it.
    Raises MalformedInput at the first thing that AWS would refuse.
    """
    return parse_document(find_document(read_json(text, name), name), name, kind)


def parse_document(
    document: JsonDocument, name: str, kind: PolicyKind = PolicyKind.IDENTITY, unknown: str = ""
) -> Policy:
    """The policy that a document which was read already says, whichever text it was written in.

    An action or a resource that holds the text `unknown` is taken as it is: what stands there is not known yet.
    Raises MalformedInput at the first thing that AWS would refuse.
    """
    return _Parser(document, name, rules_of(kind), unknown).policy()


class _Parser:
    """One document of one kind."""

    __slots__ = ("document", "name", "places", "rules", "unknown")

    def __init__(self, document: JsonDocument, name: str, rules: KindRules, unknown: str) -> None:
        self.document = document
        self.name = name
        self.places: Places = document.places
        self.rules = rules
        self.unknown = unknown

    def policy(self) -> Policy:
        root = self.document.root
        if not isinstance(root, JsonObject):
            refuse(self.places, root, "a policy is a JSON object", 'write `{"Version": ..., "Statement": [...]}`')
        self.known(root, ("Version", "Id", "Statement"), "policy")
        statements = root.get("Statement")
        if statements is None:
            refuse(self.places, root, "the policy has no `Statement`", "add a `Statement` list")
        identifier = root.get("Id")
        return Policy(
            statements=self.statements(statements),
            version=self.version(root.get("Version")),
            policy_id=None if identifier is None else text_of(self.places, identifier, "`Id`"),
            name=self.name,
        )

    def known(self, node: JsonObject, names: tuple[str, ...], where: str) -> None:
        for member in node.members:
            if member.key.value not in names:
                refuse(
                    self.places,
                    member.key,
                    f"a {where} has no element `{member.key.value}`",
                    f"use one of {', '.join(names)}, spelled so",
                )

    def version(self, node: JsonNode | None) -> str:
        if node is None:
            return VERSION_2008
        version = text_of(self.places, node, "`Version`")
        if version not in (VERSION_2012, VERSION_2008):
            refuse(
                self.places, node, f"`Version` is `{version}`", f"write `{VERSION_2012}`; the older is `{VERSION_2008}`"
            )
        return version

    def statements(self, node: JsonNode) -> tuple[Statement, ...]:
        items = node.items if isinstance(node, JsonArray) else (node,)
        if not items:
            refuse(self.places, node, "`Statement` is an empty list", "add a statement, or delete the policy")
        statements = tuple(self.statement(item, index) for index, item in enumerate(items))
        self.unique_sids(statements)
        return statements

    def unique_sids(self, statements: tuple[Statement, ...]) -> None:
        if not self.rules.strict_sid:
            return
        seen: dict[str, Statement] = {}
        for statement in statements:
            if not statement.sid:
                continue
            first = seen.setdefault(statement.sid, statement)
            if first is not statement:
                refuse(
                    statement.location,
                    None,
                    f"the Sid `{statement.sid}` is also that of the statement at {first.location}",
                    "give each statement its own Sid, or none",
                )

    def statement(self, node: JsonNode, index: int) -> Statement:
        if not isinstance(node, JsonObject):
            refuse(self.places, node, "a statement is a JSON object", 'write `{"Effect": ..., "Action": ...}`')
        self.known(node, _ELEMENTS, "statement")
        condition = node.get("Condition")
        principal = principal_element(self.places, node)
        self.presence("Principal", principal is not None, self.rules.principal, node)
        resource = resource_element(self.places, node, self.rules.strict_resource, self.unknown)
        self.presence("Resource", resource is not None, self.rules.resource, node)
        return Statement(
            effect=self.effect(node),
            action=action_element(self.places, node, self.unknown),
            resource=resource,
            principal=principal,
            conditions=() if condition is None else parse_condition(self.places, condition),
            sid=self.sid(node.get("Sid")),
            index=index,
            location=self.places.at(node.offset),
        )

    def presence(self, element: str, there: bool, presence: Presence, node: JsonObject) -> None:
        if there and presence is Presence.FORBIDDEN:
            member = next(one for one in node.members if one.key.value in (element, f"Not{element}"))
            what = f"{self.rules.title} has no `{member.key.value}`"
            refuse(self.places, member.key, what, "remove it, or read the document as another kind of policy")
        if not there and presence is Presence.REQUIRED:
            what = f"the statement has neither `{element}` nor `Not{element}`, which {self.rules.title} needs"
            refuse(self.places, node, what, f"add a `{element}`")

    def effect(self, node: JsonObject) -> Effect:
        value = node.get("Effect")
        if value is None:
            refuse(self.places, node, "the statement has no `Effect`", "write `Allow` or `Deny`")
        text = text_of(self.places, value, "`Effect`")
        try:
            return Effect(text)
        except ValueError:
            refuse(self.places, value, f"`Effect` is `{text}`", "write `Allow` or `Deny`, with a capital")

    def sid(self, node: JsonNode | None) -> str | None:
        if node is None:
            return None
        sid = text_of(self.places, node, "`Sid`")
        if self.rules.strict_sid and not _SID.fullmatch(sid):
            refuse(
                self.places, node, f"the Sid `{sid}` has other characters than letters and digits", "use A-Z a-z 0-9"
            )
        return sid
