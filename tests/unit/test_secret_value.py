"""A secret value shows itself nowhere but through `reveal()`."""

import copy
import json
import logging
import pickle
import traceback
from dataclasses import asdict, dataclass

import pytest

from secrets_cli.secret_value import MASK, SecretValue

MARKER = "marker-1f0a77"


@pytest.mark.parametrize(
    "text",
    [repr, str, format, "{0!r} {0} {0:>20}".format, lambda v: f"{v}", lambda v: json.dumps({"v": v}, default=str)],
)
def test_no_text_of_it_holds_the_value(text: "object") -> None:
    assert callable(text)
    assert MARKER not in text(SecretValue(MARKER))
    assert MASK in text(SecretValue(MARKER))


def test_the_mask_does_not_tell_the_length() -> None:
    assert repr(SecretValue("a")) == repr(SecretValue("a" * 500))


def test_json_and_pickle_refuse_it_without_showing_it() -> None:
    for write in (json.dumps, pickle.dumps):
        with pytest.raises(TypeError) as raised:
            write(SecretValue(MARKER))
        assert MARKER not in str(raised.value)


def test_a_dataclass_that_holds_it_masks_it() -> None:
    @dataclass(frozen=True)
    class Holder:
        value: SecretValue

    holder = Holder(SecretValue(MARKER))
    assert MARKER not in repr(holder)
    assert MARKER not in repr(asdict(holder))
    assert copy.deepcopy(holder).value == holder.value


def test_logs_and_tracebacks_mask_it(caplog: pytest.LogCaptureFixture) -> None:
    value = SecretValue(MARKER)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("here").debug("value is %s %r", value, value)
    assert MARKER not in caplog.text
    with pytest.raises(ValueError, match=r"\*") as raised:
        raise ValueError(value)
    text = "".join(traceback.TracebackException.from_exception(raised.value, capture_locals=True).format())
    assert "SecretValue" in text
    assert MARKER not in text


def test_it_is_compared_by_value_and_not_hashed_or_changed() -> None:
    assert SecretValue("a") == SecretValue("a")
    assert SecretValue("a") != SecretValue("b")
    assert SecretValue("a") != "a"
    with pytest.raises(TypeError, match="unhashable"):
        hash(SecretValue("a"))
    with pytest.raises(AttributeError):
        SecretValue("a")._text = "b"
    assert not hasattr(SecretValue("a"), "__dict__")


def test_size_is_bytes_of_utf8() -> None:
    assert SecretValue("é€").size == 5
