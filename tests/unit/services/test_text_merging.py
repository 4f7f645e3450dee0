"""Telling two texts apart and putting them together."""

from hypothesis import given
from hypothesis import strategies as st

from zna_network.services.text_merging import assemble, contains, fingerprint, normalised

TEXTS = st.text(alphabet="ab é\n-", max_size=40)


def _is_subsequence(part: list[str], whole: list[str]) -> bool:
    lines = iter(whole)
    return all(line in lines for line in part)


@given(TEXTS, TEXTS)
def test_both_texts_are_whole_and_in_order_in_the_assembled_one(other: str, mine: str) -> None:
    lines = assemble(other, mine).split("\n")
    assert _is_subsequence(other.split("\n"), lines)
    assert _is_subsequence(mine.split("\n"), lines)


@given(TEXTS)
def test_a_text_assembled_with_itself_is_not_doubled(text: str) -> None:
    assert assemble(text, text) == text


def test_what_is_shared_is_written_once_and_the_other_person_comes_first() -> None:
    other = "Bilan présenté.\n- remarque de la CAF\nFin du point."
    mine = "Bilan présenté.\n- remarque de la CPAM\nFin du point."
    assert assemble(other, mine) == (
        "Bilan présenté.\n- remarque de la CAF\n- remarque de la CPAM\nFin du point."
    )


@given(TEXTS, TEXTS, st.integers(0, 40))
def test_something_typed_at_one_place_contains_what_was_there(
    text: str, typed: str, place: int
) -> None:
    assert contains(text[:place] + typed + text[place:], text)


@given(TEXTS, TEXTS)
def test_what_contains_a_text_is_the_text_with_something_in_it(text: str, earlier: str) -> None:
    inserted = any(
        text.startswith(earlier[:cut]) and text.endswith(earlier[cut:])
        for cut in range(len(earlier) + 1)
        if len(text) >= len(earlier)
    )
    assert contains(text, earlier) == inserted


def test_line_ends_and_control_characters_are_made_regular() -> None:
    assert normalised("un\r\ndeux\rtrois\x00\x0c\tfin \n") == "un\ndeux\ntrois\tfin \n"


def test_a_fingerprint_does_not_depend_on_the_line_ends() -> None:
    assert fingerprint("un\r\ndeux") == fingerprint("un\ndeux") != fingerprint("un deux")
