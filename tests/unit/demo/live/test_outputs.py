"""What is read out of the commands' answers, and what is refused."""

import json

import pytest

from secrets_cli.demo.live import outputs
from secrets_cli.demo.live.stage import ROLE_ARN, NotProven
from tests.unit.demo.live.played import BROAD, DEPLOYED, KEY, NARROWED, RECORDED


def test_numbers_of_real_answers() -> None:
    assert outputs.claims_of_key(json.dumps(KEY)) == 2
    assert outputs.deployed_function(json.dumps(DEPLOYED)) == (1, "https://x.lambda-url.us-east-1.on.aws/")
    assert outputs.open_findings(json.dumps(BROAD)) == "zappa-default-policy"
    assert str(outputs.narrowed(json.dumps(NARROWED))) == (
        "500 actions before, 4 after: proven to grant nothing new, and to allow 3 of 3 observed requests"
    )


def test_where_zappa_says_the_app_is() -> None:
    deployed = "INFO:..\nDeployment complete!: https://2a6d6c33.execute-api.us-east-1.amazonaws.com/dev\n"
    assert outputs.zappa_address(deployed) == "https://2a6d6c33.execute-api.us-east-1.amazonaws.com/dev"


def test_calls_of_others_and_keys_that_nobody_knows() -> None:
    assert outputs.recorded_calls(json.dumps(RECORDED), ROLE_ARN) == "3 calls of the app's role (s3 2, ssm 1)"
    unlikes: tuple[dict[str, list[str]], ...] = ({"calls": []}, {"unknown_keys": ["AKIA"]})
    for unlike in unlikes:
        with pytest.raises(NotProven, match="were not recorded"):
            outputs.recorded_calls(json.dumps(RECORDED | unlike), ROLE_ARN)


def test_findings_that_are_settled_do_not_count_and_what_is_unresolved_does() -> None:
    settled = {"findings": [{"rule": "r", "severity": "high", "state": "suppressed"}], "unresolved": []}
    assert outputs.open_findings(json.dumps(settled)) == ""
    with pytest.raises(NotProven, match="could not resolve"):
        outputs.open_findings(json.dumps({"findings": [], "unresolved": [{}]}))


@pytest.mark.parametrize("text", ["500 error", "", "200 nothing", "200a clock"])
def test_another_answer_of_the_app_is_refused(text: str) -> None:
    with pytest.raises(NotProven, match="the app answered"):
        outputs.answered(text, 200, "a clock")


def test_no_request_at_all_is_no_proof() -> None:
    empty = NARROWED | {"proof": {"contained": {"verdict": "contained"}, "replay": {"requests": 0, "allowed": 0}}}
    with pytest.raises(NotProven, match="does not hold"):
        outputs.narrowed(json.dumps(empty))
    with pytest.raises(NotProven, match="differs"):
        outputs.nothing_differs('{"stages": []}')
