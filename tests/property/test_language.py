"""Laws of the policy language."""

import functools
import json
import random
import re

from hypothesis import given
from hypothesis import strategies as st

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.decision import Verdict
from secrets_cli.iam.evaluate import evaluate
from secrets_cli.iam.instant import parse_instant
from secrets_cli.iam.json_text import (
    JsonArray,
    JsonBool,
    JsonNode,
    JsonNull,
    JsonNumber,
    JsonObject,
    JsonString,
    read_json,
)
from secrets_cli.iam.model import (
    VERSION_2008,
    VERSION_2012,
    ConditionTerm,
    Effect,
    Element,
    Operator,
    Policy,
    PrincipalElement,
    PrincipalEntry,
    Quantifier,
    Statement,
)
from secrets_cli.iam.network import parse_network
from secrets_cli.iam.number import parse_number
from secrets_cli.iam.operator_name import BASE_OPERATORS
from secrets_cli.iam.parse import PolicyKind, parse_policy
from secrets_cli.iam.pattern import matches
from secrets_cli.iam.render import policy_document, render_policy
from secrets_cli.iam.request import ContextValue, PolicySet, Request

_ACCOUNT = "111122223333"
_PRINCIPALS = (
    f"arn:aws:iam::{_ACCOUNT}:user/bob",
    f"arn:aws:iam::{_ACCOUNT}:role/app",
    f"arn:aws:sts::{_ACCOUNT}:assumed-role/app/s",
    f"arn:aws:sts::{_ACCOUNT}:federated-user/bob",
    f"arn:aws:iam::{_ACCOUNT}:root",
    "arn:aws:iam::999988887777:user/eve",
    "sns.amazonaws.com",
    "*",
    "",
    "arn:aws:iam::1",
)
_KEYS = ("aws:username", "aws:TagKeys", "AWS:tagkeys", "aws:SourceIp", "s3:prefix")
_VALUES = (
    "a", "b*", "", "true", "10", "1.5", "10.0.0.0/8", "10.1.2.3", "2026-01-01", "2026-01-01T00:00:00Z", "*",
    "arn:aws:s3:::a*", "${aws:username}", "${aws:username, 'a'}", "${*}", "${", "YQ==", "1e3", "::1/0",
)  # fmt: skip
_RESOURCES = (
    "*", "arn:aws:s3:::b", "arn:aws:s3:::b/*", "arn:aws:s3:::${aws:username}/?",
    "arn:aws:kms:eu-west-1:111122223333:key/k",
    "arn:*:iam::*:role/*",
)  # fmt: skip
_ACTIONS = ("*", "s3:*", "s3:GetObject", "S3:get?bject", "kms:Decrypt", "sts:AssumeRole", "*:Get*")

_texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
_values = st.sampled_from(_VALUES) | _texts


def _elements(values: tuple[str, ...]) -> st.SearchStrategy[Element]:
    return st.builds(Element, st.lists(st.sampled_from(values), min_size=1, max_size=3).map(tuple), st.booleans())


def _operators() -> st.SearchStrategy[Operator]:
    built = st.builds(
        Operator, st.sampled_from(BASE_OPERATORS), st.booleans(), st.none() | st.sampled_from(list(Quantifier))
    )
    return built.filter(lambda operator: not (operator.base == "Null" and operator.if_exists))


def _grouped(terms: list[ConditionTerm]) -> tuple[ConditionTerm, ...]:
    """As a parsed policy has them: one term an operator and key, operator by operator."""
    seen = {(term.operator, term.key.lower()): term for term in terms}
    order = list(dict.fromkeys(term.operator for term in seen.values()))
    return tuple(sorted(seen.values(), key=lambda term: order.index(term.operator)))


_terms = st.builds(ConditionTerm, _operators(), st.sampled_from(_KEYS), st.lists(_values, max_size=3).map(tuple))
_conditions = st.lists(_terms, max_size=3).map(_grouped)
_principals = st.builds(
    PrincipalElement,
    st.lists(st.sampled_from([p for p in _PRINCIPALS if p]), min_size=1, max_size=2, unique=True).map(
        lambda names: tuple(PrincipalEntry("AWS", name) for name in names)
    ),
    st.booleans(),
)


def _statements(principals: bool) -> st.SearchStrategy[Statement]:
    return st.builds(
        Statement,
        st.sampled_from(list(Effect)),
        _elements(_ACTIONS),
        _elements(_RESOURCES),
        _principals if principals else st.none(),
        _conditions,
        st.none() | st.sampled_from(["A", ""]),
    )


def _policies(principals: bool = False) -> st.SearchStrategy[Policy]:
    statements = st.lists(_statements(principals), min_size=1, max_size=3).map(_without_repeated_sids)
    return st.builds(Policy, statements, st.sampled_from([VERSION_2008, VERSION_2012]))


def _without_repeated_sids(statements: list[Statement]) -> tuple[Statement, ...]:
    first = next((one for one in statements if one.sid == "A"), None)
    return tuple(one for one in statements if one.sid != "A" or one is first)


_contexts = st.dictionaries(st.sampled_from(_KEYS), _values | st.lists(_values, max_size=3).map(tuple), max_size=3)
_requests = st.builds(
    Request,
    st.sampled_from(_PRINCIPALS) | _texts,
    st.sampled_from(["s3:GetObject", "kms:Decrypt", "sts:AssumeRole", "iam:X"]) | _texts,
    st.sampled_from(["*", "arn:aws:s3:::b/x", "arn:aws:kms:eu-west-1:111122223333:key/k", "arn:aws:iam::1:role/r"])
    | _texts,
    _contexts,
)
_levels = st.lists(st.lists(_policies(), max_size=2).map(tuple), max_size=2).map(tuple)
_sets = st.builds(
    PolicySet,
    st.lists(_policies(), max_size=3).map(tuple),
    st.none() | _policies(principals=True),
    st.none() | _policies(),
    _levels,
    _levels,
    st.none() | _policies(),
    st.booleans(),
)


@functools.cache
def _oracle(pattern: str, text: str) -> bool:
    """Matching by its definition, without a thought for speed."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(_oracle(pattern[1:], text[start:]) for start in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and _oracle(pattern[1:], text[1:])


@given(st.text(alphabet="ab*?:", max_size=8), st.text(alphabet="ab*:", max_size=8))
def test_matching_is_its_definition(pattern: str, text: str) -> None:
    assert matches(pattern, text) is _oracle(pattern, text)


@given(_texts, _texts)
def test_a_literal_matches_itself_alone(one: str, other: str) -> None:
    literal = re.sub(r"[*?]", "x", one)
    assert matches(literal, literal)
    assert matches(literal, other) is (literal == other)


@given(_policies())
def test_parsing_what_was_printed_gives_the_policy(policy: Policy) -> None:
    assert parse_policy(render_policy(policy), "p") == policy
    assert parse_policy(render_policy(policy, indent=None), "p") == policy


@given(_policies(principals=True))
def test_the_same_with_principals(policy: Policy) -> None:
    assert parse_policy(render_policy(policy), "p", PolicyKind.RESOURCE) == policy


@given(_requests, _sets)
def test_evaluate_never_raises_and_explains_itself(request: Request, policies: PolicySet) -> None:
    decision = evaluate(request, policies)
    assert decision.by.reason
    if decision.verdict is Verdict.EXPLICITLY_DENIED:
        assert decision.by.statement is not None
        assert decision.by.statement.effect is Effect.DENY


@given(_requests, _sets, st.randoms(use_true_random=False))
def test_order_does_not_matter(request: Request, policies: PolicySet, rng: random.Random) -> None:
    def shuffled(policy: Policy) -> Policy:
        statements = rng.sample(policy.statements, len(policy.statements))
        return Policy(tuple(_reversed(one) for one in statements), policy.version, policy.policy_id)

    identity = [shuffled(policy) for policy in policies.identity]
    rng.shuffle(identity)
    others = [
        None if one is None else shuffled(one) for one in (policies.resource, policies.boundary, policies.session)
    ]
    turned = PolicySet(
        tuple(identity), others[0], others[1], policies.scps[::-1], policies.rcps, others[2], policies.resource_is_known
    )
    assert evaluate(request, turned).verdict is evaluate(request, policies).verdict


def _reversed(statement: Statement) -> Statement:
    def turned(element: Element | None) -> Element | None:
        return None if element is None else Element(element.values[::-1], element.negated)

    action = turned(statement.action)
    assert action is not None
    return Statement(
        statement.effect,
        action,
        turned(statement.resource),
        statement.principal,
        tuple(ConditionTerm(one.operator, one.key, one.values[::-1]) for one in statement.conditions[::-1]),
        statement.sid,
    )


@given(_requests, _policies())
def test_formatting_does_not_matter(request: Request, policy: Policy) -> None:
    spread = json.dumps(policy_document(policy), indent=7, sort_keys=True)
    again = parse_policy(spread, "p")
    one = evaluate(request, PolicySet((again,))).verdict
    assert one is evaluate(request, PolicySet((policy,))).verdict


@given(_requests, st.lists(_policies(), max_size=3), _statements(principals=False))
def test_an_allow_more_never_takes_and_a_deny_more_never_gives(
    request: Request, identity: list[Policy], statement: Statement
) -> None:
    before = evaluate(request, PolicySet(tuple(identity)))
    after = evaluate(request, PolicySet((*identity, Policy((statement,)))))
    if statement.effect is Effect.ALLOW:
        assert after.allowed or not before.allowed
    else:
        assert before.allowed or not after.allowed


@given(_requests, _conditions, st.sampled_from(_KEYS), _values)
def test_keys_are_the_same_in_any_letter_case(
    request: Request, conditions: tuple[ConditionTerm, ...], key: str, value: ContextValue
) -> None:
    statement = Statement(Effect.ALLOW, Element(("*",)), Element(("*",)), conditions=conditions)
    policies = PolicySet((Policy((statement,)),))
    answers = {
        evaluate(Request(request.principal, request.action, request.resource, {name: value}), policies).verdict
        for name in (key, key.upper(), key.lower())
    }
    assert len(answers) == 1


def _plain(node: JsonNode) -> object:
    match node:
        case JsonObject():
            return {member.key.value: _plain(member.value) for member in node.members}
        case JsonArray():
            return [_plain(item) for item in node.items]
        case JsonNumber():
            return json.loads(node.text)
        case JsonNull():
            return None
        case JsonString() | JsonBool():
            return node.value


def _read_by_python(text: str) -> str:
    try:
        return repr(json.loads(text))
    except ValueError:
        return "refused"


def _read_by_us(text: str) -> str:
    try:
        return repr(_plain(read_json(text, "f").root))
    except MalformedInput as error:
        # All that is refused beyond Python's reader.
        ours = ("is given twice", "NaN` where", "Infinity` where", "half of a surrogate pair")
        return "refused by choice" if any(words in error.message for words in ours) else "refused"


@given(st.text(alphabet='{}[]",: \n\\ue10tfnN-', max_size=40))
def test_the_reader_agrees_with_pythons(text: str) -> None:
    found = _read_by_us(text)
    assert found in (_read_by_python(text), "refused by choice")


@given(_texts | st.text(alphabet="0123456789-+:.TZeE/ ", max_size=30))
def test_no_text_upsets_the_readers_of_values(text: str) -> None:
    for read in (parse_number, parse_instant, parse_network):
        read(text)


def _help_of(text: str) -> str:
    try:
        parse_policy(text, "p")
    except MalformedInput as error:
        return error.help
    return "parsed"


@given(_texts)
def test_no_text_upsets_the_parser(text: str) -> None:
    for candidate in (text, json.dumps(text), json.dumps({"Statement": text}), json.dumps({"Policy": text})):
        assert _help_of(candidate)
