"""Texts compared word by word: nothing lost on either side, whatever they are."""

from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from zna_network.services.minutes_review.word_changes import Block, Kind, blocks, count_changes


def _side(found: list[Block], side: str) -> str:
    texts = ("".join(piece.text for piece in getattr(block, side)) for block in found)
    return "\n".join(texts)


def _of(block: Block, kind: Kind) -> list[str]:
    return [piece.text.strip() for piece in (*block.before, *block.after) if piece.kind is kind]


def test_a_word_that_changed_is_shown_alone() -> None:
    before = "Présents : tous.\nLa permanence ouvre le lundi à Arras.\nFin."
    after = "Présents : tous.\nLa permanence ouvre le mardi à Arras.\nFin.\nUn ajout."
    found = blocks(before, after)
    assert [block.is_same for block in found] == [True, False, True, False]
    assert _of(found[1], Kind.REMOVED) == ["lundi"]
    assert _of(found[1], Kind.ADDED) == ["mardi"]
    assert (found[3].before, _of(found[3], Kind.ADDED)) == ((), ["Un ajout."])
    assert count_changes(found) == 2


def test_a_text_that_has_nothing_left_of_the_other_is_shown_whole() -> None:
    (block,) = blocks("Un texte de trois lignes", "Autre chose, vraiment sans rapport aucun")
    assert len(block.before) == len(block.after) == 1
    assert blocks("", "") == []
    assert count_changes(blocks("", "Ajouté")) == 1


_TEXTS = st.lists(
    st.lists(st.sampled_from(["le", "la", "vu.", "l’an", "  ", "- point"]), max_size=5).map(
        " ".join
    ),
    max_size=5,
).map("\n".join)


@given(_TEXTS, _TEXTS)
def test_every_word_of_both_texts_is_there(before: str, after: str) -> None:
    found = blocks(before, after)
    assert _side(found, "before").replace("\n", "") == before.replace("\n", "")
    assert _side(found, "after").replace("\n", "") == after.replace("\n", "")
    assert before.split() == after.split() or count_changes(found) > 0


def test_the_longest_texts_are_compared_without_waiting() -> None:
    words = " ".join(f"de la mot{number % 50}" for number in range(8000))
    started = perf_counter()
    assert count_changes(blocks(words, words.replace("mot1", "mots1"))) == 1
    lines = [f"Ligne {number} de la réunion" for number in range(3000)]
    changed = [
        line.replace("réunion", "séance") if n % 7 == 0 else line for n, line in enumerate(lines)
    ]
    assert count_changes(blocks("\n".join(lines), "\n".join(changed))) == 429
    assert perf_counter() - started < 5
