"""The automata against regular expressions, on random patterns and all short texts."""

import itertools
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from secrets_cli.iam.automaton import ANY, STAR, canonical, compile_globs, covers, may_overlap
from secrets_cli.iam.classes import Budget, Universe, explore, other_character

_WORDS = ["".join(word) for length in range(6) for word in itertools.product("abz", repeat=length)]
_PATTERN = st.text("ab*?", max_size=5)
_LAW = settings(max_examples=300, deadline=None, derandomize=True)


def _glob(pattern: str) -> str:
    return canonical(pattern.replace("*", STAR).replace("?", ANY))


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(c, c) for c in pattern))


def _language(pattern: str) -> set[str]:
    regex = _regex(pattern)
    return {word for word in _WORDS if regex.fullmatch(word)}


@_LAW
@given(st.lists(_PATTERN, max_size=6))
def test_side_by_side_is_one_by_one(patterns: list[str]) -> None:
    automata = compile_globs([_glob(pattern) for pattern in patterns])
    languages = [_language(pattern) for pattern in patterns]
    for word in _WORDS:
        assert automata.matching(word) == [number for number, texts in enumerate(languages) if word in texts]


@_LAW
@given(_PATTERN, _PATTERN)
def test_covers_only_what_it_matches(wide: str, narrow: str) -> None:
    if covers(_glob(wide), _glob(narrow)):
        assert _language(narrow) <= _language(wide)


@_LAW
@given(_PATTERN, _PATTERN)
def test_patterns_without_overlap_share_no_text(one: str, other: str) -> None:
    if not may_overlap(_glob(one), _glob(other)):
        assert not _language(one) & _language(other)


@_LAW
@given(st.lists(_PATTERN, min_size=1, max_size=4))
def test_explored_classes_are_all_classes(patterns: list[str]) -> None:
    automata = compile_globs([_glob(pattern) for pattern in patterns])
    found = explore(automata, "", Universe.TEXT, (), other_character(automata.alphabet), Budget(100_000))
    classes = {bits: next(found.words(goals, (), Budget(100_000))) for bits, goals in found.by_bits(()).items()}
    for word in _WORDS:
        state = automata.run(automata.start, word)
        assert state & automata.accepting in classes
    for bits, word in classes.items():
        assert automata.run(automata.start, word) & automata.accepting == bits


@_LAW
@given(st.lists(_PATTERN, min_size=1, max_size=3), st.sets(st.sampled_from([word for word in _WORDS if len(word) < 3])))
def test_words_leave_out_what_is_avoided(patterns: list[str], avoid: set[str]) -> None:
    automata = compile_globs([_glob(pattern) for pattern in patterns])
    other = other_character({*automata.alphabet, *"".join(avoid)})
    found = explore(automata, "", Universe.TEXT, (), other, Budget(100_000))
    for goals in found.by_bits(()).values():
        word = next(found.words(goals, avoid, Budget(100_000)), None)
        shortest = next(found.words(goals, (), Budget(100_000)))
        assert word not in avoid
        assert word is not None or shortest in avoid
