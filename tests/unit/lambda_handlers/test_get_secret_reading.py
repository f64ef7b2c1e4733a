"""What an entitled caller gets."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.get_secret_events import FOREIGN, HTTP_API, USER, Principal, ask, document, event
from tests.get_secret_run import CANARY, invoke, stored


@pytest.fixture(scope="module")
def parameters() -> Iterator[None]:
    with stored():
        yield


@pytest.mark.parametrize(
    ("word", "version"),
    [
        ("/app/prod/db", 3),
        ("/app/prod/db:1", 1),
        ("/app/prod/db:stable", 2),
        ("/app/prod/web/x", 3),
        ("flat", 3),
        ("flat:2", 2),
    ],
)
def test_one_name(parameters: None, word: str, version: int) -> None:
    ran = invoke(ask(word))
    value = f"{CANARY} {word.partition(':')[0]} {version}"
    assert ran.body["secrets"] == [{"name": word, "version": version, "value": value}]
    assert (ran.status, ran.outcomes) == (200, ["handed-out"])
    assert CANARY not in ran.out + ran.logged


def test_the_short_form_of_a_request(parameters: None) -> None:
    assert invoke(event({"name": "flat"})).body == invoke(ask("flat")).body


def test_several_names_have_a_result_each_in_the_order_asked(parameters: None) -> None:
    asked = ("/app/prod/web/none", "/app/prod/db:1", "/other/db", "/app/prod/db", "/app/prod/api-key")
    ran = invoke(ask(*asked))
    results = ran.body["secrets"]
    assert tuple(result["name"] for result in results) == asked
    assert [result.get("version") for result in results] == [None, 1, None, 3, 3]
    assert [result.get("error") for result in results] == ["not-available", None, "not-available", None, None]
    assert ran.outcomes == ["no-such-secret", "handed-out", "not-granted", "handed-out", "handed-out"]


@pytest.mark.parametrize("who", [USER, FOREIGN, replace(FOREIGN, session="another")], ids=lambda who: who.arn)
def test_users_and_other_accounts(parameters: None, who: Principal) -> None:
    name = "/people/mia" if who is USER else "/partner/token"
    assert invoke(ask(name, who=who)).status == 200


def test_an_http_api_is_a_front_door_too(parameters: None) -> None:
    assert invoke(ask("flat", domain=HTTP_API), document(front="http-api")).status == 200
    assert invoke(ask("flat"), document(front="http-api")).status == 403


@pytest.mark.parametrize("domains", [["secrets.example.com"], [".example.com"]])
def test_a_domain_of_ones_own(parameters: None, domains: list[str]) -> None:
    assert invoke(ask("flat", domain="secrets.example.com"), document(domains=domains)).status == 200
    assert invoke(ask("flat", domain="secrets.example.org"), document(domains=domains)).status == 403
