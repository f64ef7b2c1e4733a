"""Conditions that always or never hold: named cases, and agreement with the evaluator on generated requests."""

import datetime
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secrets_cli.gate.condition_keys import GLOBAL_KEYS, KeyType, facts_of_key
from secrets_cli.gate.condition_truth import Truth, contradiction, truth_of, truth_of_term, truth_where_present
from secrets_cli.iam.condition import compile_term, context_of
from secrets_cli.iam.model import ConditionTerm, Operator, Quantifier
from secrets_cli.iam.operator_name import BASE_OPERATORS
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.request import ContextValue
from secrets_cli.inputs.found import UNKNOWN
from tests.unit.gate.judging import TODAY

A, N, D = Truth.ALWAYS, Truth.NEVER, Truth.DEPENDS


def terms_of(condition: object) -> tuple[ConditionTerm, ...]:
    """The terms of a Condition."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    policy = parse_policy(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), "p.json")
    return policy.statements[0].conditions


CASES: list[tuple[object, Truth]] = [
    ({}, A),
    # the clock
    ({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, N),
    ({"DateLessThan": {"aws:CurrentTime": "2026-11-21T00:00:00Z"}}, N),
    ({"DateLessThanEquals": {"aws:CurrentTime": "2026-11-21T00:00:00Z"}}, D),
    ({"DateLessThan": {"aws:CurrentTime": "2026-11-21T00:30:00+01:00"}}, N),
    ({"DateLessThan": {"aws:CurrentTime": "2026-11-20T23:30:00-01:00"}}, D),
    ({"DateLessThan": {"aws:CurrentTime": ["2020-01-01", "2099-01-01"]}}, D),
    ({"DateLessThanIfExists": {"aws:CurrentTime": "2020-01-01"}}, N),
    ({"ForAnyValue:DateLessThan": {"aws:CurrentTime": "2020-01-01"}}, N),
    ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01"}}, A),
    ({"DateGreaterThanEquals": {"aws:CurrentTime": "2026-11-21T00:00:00Z"}}, A),
    ({"DateGreaterThan": {"aws:CurrentTime": "2026-11-21T00:00:00Z"}}, D),
    ({"DateGreaterThan": {"aws:CurrentTime": "2099-01-01"}}, D),
    ({"DateEquals": {"aws:CurrentTime": "2020-01-01"}}, N),
    ({"DateNotEquals": {"aws:CurrentTime": "2020-01-01"}}, A),
    ({"DateGreaterThan": {"aws:EpochTime": "1577836800"}}, A),
    ({"NumericLessThan": {"aws:EpochTime": "1577836800"}}, N),
    ({"NumericGreaterThan": {"aws:EpochTime": "5"}}, A),
    ({"NumericGreaterThan": {"aws:CurrentTime": "5"}}, D),
    ({"DateLessThan": {"aws:CurrentTime": "soon"}}, N),
    ({"DateGreaterThan": {"aws:CurrentTime": "2030-01-01"}, "DateLessThan": {"aws:EpochTime": "2029-01-01"}}, N),
    ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01"}, "DateLessThan": {"aws:CurrentTime": "2020-07-01"}}, N),
    # when the session began: 36 hours ago at most
    ({"DateLessThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}}, N),
    ({"DateLessThanEquals": {"aws:TokenIssueTime": "2026-11-19T11:59:59Z"}}, N),
    ({"DateLessThan": {"aws:TokenIssueTime": "2026-11-19T12:00:01Z"}}, D),
    ({"DateLessThan": {"AWS:tokenissuetime": ["2020-01-01", "2099-01-01"]}}, D),
    ({"DateEquals": {"aws:TokenIssueTime": "2020-01-01"}}, N),
    ({"DateNotEquals": {"aws:TokenIssueTime": "2020-01-01"}}, A),
    ({"DateLessThanIfExists": {"aws:TokenIssueTime": "2020-01-01"}}, D),
    ({"DateGreaterThan": {"aws:TokenIssueTime": "2020-01-01"}}, D),
    ({"DateGreaterThanIfExists": {"aws:TokenIssueTime": "2020-01-01"}}, A),
    ({"DateLessThan": {"aws:TokenIssueTime": UNKNOWN}}, D),
    # contradictions
    ({"StringEquals": {"aws:username": "a"}, "StringNotEquals": {"aws:username": "a"}}, N),
    ({"StringEquals": {"anything": "a"}, "StringNotEquals": {"anything": ["a", "b"]}}, N),
    ({"StringEquals": {"aws:username": "a"}, "StringLike": {"aws:username": "b*"}}, N),
    ({"StringEquals": {"AWS:UserName": "a"}, "StringLike": {"aws:username": "b*"}}, N),
    ({"StringEquals": {"aws:username": "a"}, "StringLike": {"aws:username": "a*"}}, D),
    ({"StringEquals": {"aws:TagKeys": "a"}, "StringLike": {"aws:TagKeys": "b*"}}, D),
    ({"ForAllValues:StringEquals": {"aws:TagKeys": "a"}, "ForAnyValue:StringLike": {"aws:TagKeys": "b*"}}, N),
    ({"StringEquals": {"aws:PrincipalTag/team": "a"}, "StringNotLike": {"aws:PrincipalTag/team": "*"}}, N),
    ({"StringEquals": {"token.actions.githubusercontent.com:sub": "a"}, "Null": {"anything": "true"}}, D),
    ({"StringEquals": {"k": "a"}, "Null": {"k": "true"}}, N),
    ({"StringEqualsIfExists": {"k": "a"}, "Null": {"k": "true"}}, D),
    ({"Bool": {"aws:ViaAWSService": "true"}, "BoolIfExists": {"aws:ViaAWSService": "false"}}, N),
    ({"NumericLessThan": {"s3:max-keys": "5"}, "NumericGreaterThan": {"s3:max-keys": "10"}}, N),
    ({"NumericLessThan": {"s3:max-keys": "10"}, "NumericGreaterThan": {"s3:max-keys": "5"}}, D),
    ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "NotIpAddress": {"aws:SourceIp": "203.0.112.0/23"}}, N),
    ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "NotIpAddress": {"aws:SourceIp": "203.0.113.7"}}, D),
    ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::a"}, "ArnNotLike": {"aws:SourceArn": "arn:aws:s3:::*"}}, N),
    # never by itself
    ({"StringEquals": {"k": []}}, N),
    ({"ForAnyValue:StringEquals": {"k": []}}, N),
    ({"Bool": {"aws:SecureTransport": "yes"}}, N),
    ({"Null": {"aws:SecureTransport": "true"}}, N),
    ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8/8"}}, N),
    ({"NumericEquals": {"s3:max-keys": "many"}}, N),
    ({"ArnEquals": {"aws:SourceArn": "my-topic"}}, N),
    # always
    ({"StringNotEquals": {"k": []}}, A),
    ({"StringLikeIfExists": {"k": "*"}}, A),
    ({"ForAllValues:StringLike": {"aws:TagKeys": "*"}}, A),
    ({"StringLike": {"aws:UserAgent": "*"}}, A),
    ({"Null": {"aws:SecureTransport": "false"}}, A),
    ({"Null": {"k": ["true", "false"]}}, A),
    ({"Bool": {"aws:SecureTransport": ["true", "false"]}}, A),
    ({"BoolIfExists": {"aws:MultiFactorAuthPresent": ["true", "false"]}}, A),
    ({"IpAddressIfExists": {"aws:SourceIp": ["0.0.0.0/0", "::/0"]}}, A),
    ({"IpAddressIfExists": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1", "::/0"]}}, A),
    ({"NotIpAddress": {"aws:SourceIp": "not-an-address"}}, A),
    # depends
    ({"StringLike": {"aws:username": "*"}}, D),
    ({"Null": {"aws:SourceIp": "false"}}, D),
    ({"Bool": {"aws:SecureTransport": "true"}}, D),
    ({"IpAddress": {"aws:SourceIp": ["0.0.0.0/0", "::/0"]}}, D),
    ({"IpAddressIfExists": {"aws:SourceIp": "0.0.0.0/0"}}, D),
    ({"ForAllValues:StringEquals": {"aws:username": "a"}}, D),
    ({"StringEquals": {"aws:username": "${aws:PrincipalTag/name}"}, "StringLike": {"aws:username": "b*"}}, D),
    ({"ArnLike": {"aws:SourceArn": "*"}}, D),
    # unknown
    ({"StringEquals": {"k": UNKNOWN}, "StringNotEquals": {"k": UNKNOWN}}, D),
    ({"StringEquals": {UNKNOWN: UNKNOWN}}, D),
    ({"DateLessThan": {"aws:CurrentTime": UNKNOWN}}, D),
    ({"DateLessThan": {"aws:CurrentTime": "2020-01-01"}, "StringEquals": {"k": UNKNOWN}}, N),
    ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01"}, "StringEquals": {"k": UNKNOWN}}, D),
]


@pytest.mark.parametrize(("condition", "expected"), CASES, ids=[json.dumps(case[0])[:90] for case in CASES])
def test_truth(condition: object, expected: Truth) -> None:
    assert truth_of(terms_of(condition), TODAY) is expected


def test_a_contradiction_is_named_by_as_few_terms_as_show_it() -> None:
    terms = terms_of(
        {
            "StringLike": {"aws:username": "*", "aws:PrincipalTag/a": "x"},
            "StringEquals": {"aws:username": "alice"},
            "StringNotEquals": {"aws:username": ["alice", "bob"]},
        }
    )
    assert [str(term.operator) for term in contradiction(terms, TODAY)] == ["StringEquals", "StringNotEquals"]


def test_terms_that_say_the_same_elsewhere_keep_their_own_places() -> None:
    condition = {"DateLessThan": {"aws:CurrentTime": "2020-01-01"}, "StringEquals": {"k": []}}
    first, second = (terms_of(condition) for _ in range(2))
    for terms in (first, second):
        (found,) = contradiction(terms, TODAY)
        assert any(found is term for term in terms)


def test_what_can_hold_has_no_contradiction() -> None:
    assert contradiction(terms_of({"StringEquals": {"aws:username": "alice"}}), TODAY) == ()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringLike": {"aws:username": "*"}}, A),
        ({"IpAddress": {"aws:SourceIp": ["0.0.0.0/0", "::/0"]}}, A),
        ({"StringNotLike": {"aws:username": "*"}}, N),
        ({"StringLike": {"aws:username": "a*"}}, D),
        ({"StringLike": {"aws:username": UNKNOWN}}, D),
    ],
)
def test_truth_where_the_key_is_there(condition: object, expected: Truth) -> None:
    (term,) = terms_of(condition)
    assert truth_where_present(term, TODAY) is expected


def test_a_hostile_pattern_is_left_open_and_takes_no_time() -> None:
    values = tuple(f"*{'a*' * 30}{letter}" for letter in "bcdefgh")
    assert truth_of_term(ConditionTerm(Operator("StringLike"), "k", values), TODAY) is D


def test_facts_of_keys_of_services_come_from_the_catalog() -> None:
    assert facts_of_key("S3:Max-Keys").type is KeyType.NUMBER
    assert facts_of_key("dynamodb:LeadingKeys").multivalued is True
    assert facts_of_key("aws:principaltag/Team").name == "aws:PrincipalTag/"
    assert facts_of_key("example.com:aud").multivalued is None


# --- agreement with the evaluator ------------------------------------------------------------------------------------

KEYS = ("aws:username", "aws:tagkeys", "aws:securetransport", "aws:currenttime", "aws:sourceip", "s3:max-keys", "x:any")
TEXTS = ("a", "b", "ab", "*", "a*", "?", "", "true", "false", "True", "5", "10", "1e1", "x")
DATES = ("2020-01-01", "2026-11-21T00:00:00Z", "2026-11-21", "2030-06-01T12:00:00+02:00", "1900000000", "soon")
ADDRESSES = ("10.0.0.0/8", "10.1.2.3", "0.0.0.0/0", "::/0", "2001:db8::/32", "none")
ARNS = ("arn:aws:s3:::a", "arn:aws:s3:::*", "arn:*:*:*:*:*", "arn:aws:sns:eu-central-1:111122223333:t", "a")
OPERATORS = [
    Operator(base, if_exists, quantifier)
    for base in BASE_OPERATORS
    for if_exists in (False, True)
    for quantifier in (None, *Quantifier)
    if not (base == "Null" and if_exists)
]


def _values(operator: Operator) -> tuple[str, ...]:
    for part, values in (("Date", DATES), ("Ip", ADDRESSES), ("Arn", ARNS), ("Null", ("true", "false", "x"))):
        if part in operator.base:
            return values
    return TEXTS


@st.composite
def _term(draw: st.DrawFn) -> ConditionTerm:
    operator = draw(st.sampled_from(OPERATORS))
    values = draw(st.lists(st.sampled_from(_values(operator)), max_size=3))
    return ConditionTerm(operator, draw(st.sampled_from(KEYS)), tuple(values))


LATER = ("2026-11-21T00:00:00Z", "2026-11-21T09:30:00Z", "2030-06-01T10:00:00Z", "2031-01-01T00:00:00Z", "2099-01-01Z")
SENT = {
    KeyType.BOOL: ("true", "false"),
    KeyType.NUMBER: ("0", "5", "7", "10", "11"),
    KeyType.ADDRESS: ("10.1.2.3", "10.9.9.9", "192.0.2.1", "2001:db8::1", "fe80::1"),
    KeyType.DATE: LATER[:4],
    KeyType.STRING: ("a", "b", "ab", "c", "true", "5", "10", "", "arn:aws:s3:::a"),
    None: (*TEXTS, *ARNS, "10.1.2.3", "2020-01-01"),
}


def _value(key: str) -> st.SearchStrategy[ContextValue]:
    """What AWS could send of a key; the empty tuple is its absence."""
    facts = facts_of_key(key)
    one = st.sampled_from(SENT[facts.type])
    choices: list[st.SearchStrategy[ContextValue]] = [one]
    if not facts.always:
        choices.append(st.just(()))
    if facts.multivalued is not False:
        choices.append(st.lists(one, max_size=3).map(tuple))
    return st.one_of(choices)


CONTEXTS = st.fixed_dictionaries({key: _value(key) for key in KEYS})


@settings(max_examples=400, deadline=None)
@given(terms=st.lists(_term(), min_size=1, max_size=3), contexts=st.lists(CONTEXTS, min_size=1, max_size=12))
def test_always_and_never_are_what_the_evaluator_answers(
    terms: list[ConditionTerm], contexts: list[dict[str, ContextValue]]
) -> None:
    truth = truth_of(terms, TODAY)
    tests = [compile_term(term, variables=True) for term in terms]
    for given_context in contexts:
        context = context_of({key: value for key, value in given_context.items() if value != ()})
        holds = all(test(context) for test in tests)
        assert not (truth is N and holds), (terms, context)
        assert not (truth is A and not holds), (terms, context)


@settings(max_examples=150, deadline=None)
@given(term=_term(), contexts=st.lists(CONTEXTS, min_size=60, max_size=60))
def test_what_depends_is_not_said_of_what_is_plain(
    term: ConditionTerm, contexts: list[dict[str, ContextValue]]
) -> None:
    """Where requests show a term both true and false, it depends."""
    test = compile_term(term, variables=True)
    seen = {test(context_of({k: v for k, v in one.items() if v != ()})) for one in contexts}
    if len(seen) > 1:
        assert truth_of_term(term, TODAY) is D


def test_tomorrow_ends_what_holds_today() -> None:
    terms = terms_of({"DateLessThan": {"aws:CurrentTime": "2026-11-22T00:00:00Z"}})
    assert truth_of(terms, TODAY) is D
    assert truth_of(terms, TODAY + datetime.timedelta(days=1)) is N


def test_names_of_keys_are_unique() -> None:
    assert len(GLOBAL_KEYS) == len({name.lower() for name in GLOBAL_KEYS})
