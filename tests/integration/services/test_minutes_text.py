"""Several people writing in the same minutes, on both engines: no word accepted is ever lost."""

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.minutes import make_minutes
from tests.races import refusals_at_once
from tests.world import FrozenClock
from zna_network.models.minutes import (
    Minutes,
    MinutesSection,
    MinutesSectionRevision,
    MinutesState,
)
from zna_network.queries import minutes as queries
from zna_network.services import minutes_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.minutes_text import Heading, TextConflict, TextConflictError, TextSave
from zna_network.services.text_merging import assemble, contains, fingerprint

NOTHING = Heading("", "", "", "")


def _as_somebody(ctx: Context) -> Context:
    return acting_as(ctx, make_user(ctx.session))


def _save(ctx: Context, section: MinutesSection, text: str, revision: int) -> MinutesSection:
    meeting_id = section.minutes.meeting_id
    return minutes_text.save_section(ctx, meeting_id, TextSave(section.id, text, revision))


def _history(ctx: Context, section: MinutesSection) -> list[str]:
    return [row.text for row in ctx.session.scalars(queries.section_history(section.id))]


def test_a_save_is_kept_with_its_author_and_in_the_history(ctx: Context) -> None:
    section = make_minutes(ctx.session).sections[0]
    writer = _as_somebody(ctx)
    saved = _save(writer, section, "Un début\r\n- et une suite", 1)
    assert (saved.text, saved.revision) == ("Un début\n- et une suite", 2)
    assert saved.updated_by is writer.actor
    (row,) = ctx.session.scalars(queries.section_history(section.id))
    assert (row.text, row.revision, row.author) == (saved.text, 2, writer.actor)


def test_saving_the_same_text_again_changes_nothing(ctx: Context) -> None:
    section = make_minutes(ctx.session).sections[0]
    _save(ctx, section, "Texte", 1)
    assert _save(ctx, section, "Texte", 1).revision == 2
    assert _history(ctx, section) == ["Texte"]


def test_a_save_from_an_older_revision_is_refused_with_the_other_text(ctx: Context) -> None:
    section = make_minutes(ctx.session).sections[0]
    first, second = _as_somebody(ctx), _as_somebody(ctx)
    _save(first, section, "Ce que dit la première personne", 1)
    with pytest.raises(TextConflictError) as refusal:
        _save(second, section, "Ce que dit la seconde", 1)
    conflict = refusal.value.conflict
    assert (conflict.text, conflict.mine) == (
        "Ce que dit la première personne",
        "Ce que dit la seconde",
    )
    assert first.actor is not None
    assert (conflict.author, conflict.at, conflict.revision) == (first.actor.name, ctx.now, 2)
    assert section.text == "Ce que dit la première personne"


def test_the_text_chosen_after_a_conflict_is_taken_and_the_other_stays_in_the_history(
    ctx: Context,
) -> None:
    section = make_minutes(ctx.session).sections[0]
    _save(_as_somebody(ctx), section, "Le premier", 1)
    _save(_as_somebody(ctx), section, "Le second", 2)
    assert section.text == "Le second"
    assert _history(ctx, section) == ["Le second", "Le premier"]


def test_typing_on_makes_one_line_of_history_and_removing_makes_another(
    ctx: Context, clock: FrozenClock
) -> None:
    section = make_minutes(ctx.session).sections[0]
    writer = _as_somebody(ctx)
    for revision, text in enumerate(["Le bil", "Le bilan", "Le bilan est bon"], start=1):
        _save(writer, section, text, revision)
        clock.move(timedelta(seconds=30))
    assert _history(ctx, section) == ["Le bilan est bon"]
    _save(writer, section, "Le bilan", 4)
    assert _history(ctx, section) == ["Le bilan", "Le bilan est bon"]


def test_a_pause_or_somebody_else_begins_another_line(ctx: Context, clock: FrozenClock) -> None:
    section = make_minutes(ctx.session).sections[0]
    writer = _as_somebody(ctx)
    _save(writer, section, "Un", 1)
    clock.move(minutes_text.PAUSE + timedelta(seconds=1))
    _save(writer, section, "Un deux", 2)
    _save(_as_somebody(ctx), section, "Un deux trois", 3)
    _save(writer, section, "Un deux trois quatre", 4)
    assert _history(ctx, section) == ["Un deux trois quatre", "Un deux trois", "Un deux", "Un"]


def test_a_text_too_long_is_refused_and_nothing_is_written(ctx: Context) -> None:
    section = make_minutes(ctx.session).sections[0]
    with pytest.raises(InvalidError, match="trop long") as refusal:
        _save(ctx, section, "x" * (minutes_text.MAXIMUM_LENGTH + 1), 1)
    assert refusal.value.field == f"text-{section.id}"
    assert section.text == ""


@pytest.mark.parametrize("state", [MinutesState.VALIDATED, MinutesState.SENT])
def test_validated_minutes_refuse_every_text(ctx: Context, state: MinutesState) -> None:
    minutes = make_minutes(ctx.session, state=state)
    section = minutes.sections[0]
    with pytest.raises(ConflictError, match="validé"):
        _save(ctx, section, "Trop tard", 1)
    with pytest.raises(ConflictError, match="validé"):
        minutes_text.save_page(ctx, minutes.meeting_id, NOTHING, [])
    with pytest.raises(ConflictError, match="validé"):
        minutes_text.restore(ctx, minutes.meeting_id, section.id, 1, 1)
    assert section.text == ""


def test_a_section_of_another_meeting_is_out_of_reach(ctx: Context) -> None:
    here, elsewhere = make_minutes(ctx.session), make_minutes(ctx.session)
    foreign = TextSave(elsewhere.sections[0].id, "Texte", 1)
    with pytest.raises(NotFoundError):
        minutes_text.save_section(ctx, here.meeting_id, foreign)
    with pytest.raises(NotFoundError):
        minutes_text.save_page(ctx, here.meeting_id, NOTHING, [foreign])


def test_a_page_keeps_what_it_can_and_gives_back_the_conflicts(ctx: Context) -> None:
    minutes = make_minutes(ctx.session, sections=3)
    one, two, three = minutes.sections[:3]
    for section in (one, three):
        _save(_as_somebody(ctx), section, f"Autre {section.id}", 1)
    empty = fingerprint("")
    outcome = minutes_text.save_page(
        ctx,
        minutes.meeting_id,
        Heading("Mme Présidente", "", "", ""),
        [
            TextSave(one.id, "Le mien", 1, empty),
            TextSave(two.id, "Sans conflit", 1, empty),
            TextSave(three.id, "", 1, empty),
        ],
    )
    assert [conflict.section_id for conflict in outcome.conflicts] == [one.id]
    assert not outcome.is_complete
    assert [s.text for s in (one, two, three)] == [
        f"Autre {one.id}", "Sans conflit", f"Autre {three.id}",
    ]  # fmt: skip
    assert minutes.chair == "Mme Présidente"


def test_the_names_of_the_heading_are_not_overwritten_unseen(ctx: Context) -> None:
    minutes = make_minutes(ctx.session, chair="Mme Une")
    outcome = minutes_text.save_heading(
        ctx, minutes.meeting_id, Heading("Mme Deux", "M. Scribe", "", "")
    )
    assert outcome.taken == {"chair": "Mme Une"}
    assert (minutes.chair, minutes.secretary) == ("Mme Une", "M. Scribe")
    outcome = minutes_text.save_heading(
        ctx, minutes.meeting_id, Heading("Mme Deux", "M. Scribe", "Mme Une", "")
    )
    assert outcome.is_complete
    assert minutes.chair == "Mme Deux"
    assert minutes_text.save_heading(ctx, minutes.meeting_id, NOTHING).is_complete
    assert minutes.chair == "Mme Deux"


def test_an_earlier_text_can_be_brought_back(ctx: Context) -> None:
    section = make_minutes(ctx.session).sections[0]
    meeting_id = section.minutes.meeting_id
    _save(_as_somebody(ctx), section, "Le premier", 1)
    _save(_as_somebody(ctx), section, "Le second", 2)
    earliest = ctx.session.scalars(queries.section_history(section.id)).all()[-1]
    with pytest.raises(ConflictError):
        minutes_text.restore(ctx, meeting_id, section.id, earliest.id, 2)
    minutes_text.restore(ctx, meeting_id, section.id, earliest.id, 3)
    assert section.text == "Le premier"
    assert _history(ctx, section) == ["Le premier", "Le second", "Le premier"]
    with pytest.raises(NotFoundError):
        minutes_text.restore(ctx, meeting_id, section.id, 999_999, 4)


SAVES = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.text(alphabet="ab \n", max_size=8),
        st.integers(0, 2),
        st.integers(0, 400),
    ),
    max_size=12,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(saves=SAVES)
def test_every_text_accepted_can_be_found_again(
    ctx: Context, clock: FrozenClock, saves: list[tuple[int, str, int, int]]
) -> None:
    """Whoever saves, from whatever revision and after whatever pause: a refusal changes nothing,
    and each text accepted is whole in some line of the history."""
    section = make_minutes(ctx.session, sections=1).sections[0]
    people = [_as_somebody(ctx) for _ in range(3)]
    accepted: list[str] = []
    for who, text, lag, pause in saves:
        clock.move(timedelta(seconds=pause))
        before, current = section.text, section.revision
        conflict = _conflict_of(people[who], section, text, current - lag)
        if conflict is None:
            assert lag == 0 or text == before
            accepted.append(text)
        else:
            assert lag > 0
            assert (conflict.text, conflict.mine, section.text) == (before, text, before)
    kept = _history(ctx, section)
    if accepted:
        assert section.text == accepted[-1]
    assert all(any(contains(row, text) for row in [*kept, ""]) for text in accepted)


def _conflict_of(
    ctx: Context, section: MinutesSection, text: str, revision: int
) -> TextConflict | None:
    try:
        _save(ctx, section, text, revision)
    except TextConflictError as refusal:
        return refusal.conflict
    return None


def test_people_writing_at_once_lose_no_word(app: Flask, ctx: Context) -> None:
    minutes = make_minutes(ctx.session)
    meeting_id, section_id = minutes.meeting_id, minutes.sections[0].id

    def writer(word: str) -> object:
        def write(ctx: Context) -> None:
            text, revision = word, 1
            while True:
                try:
                    minutes_text.save_section(ctx, meeting_id, TextSave(section_id, text, revision))
                    return
                except TextConflictError as refusal:
                    other = refusal.conflict
                    text, revision = assemble(other.text, word), other.revision

        return write

    words = [f"mot{number}" for number in range(8)]
    assert refusals_at_once(app, [writer(word) for word in words]) == []
    section = ctx.session.get_one(MinutesSection, section_id)
    assert sorted(section.text.split()) == words
    assert section.revision == 9
    numbers = {row.revision for row in ctx.session.query(MinutesSectionRevision)}
    assert len(numbers) == 8


def test_of_people_saving_from_one_revision_at_once_a_single_one_is_accepted(
    app: Flask, ctx: Context
) -> None:
    minutes = make_minutes(ctx.session)
    meeting_id, section_id = minutes.meeting_id, minutes.sections[0].id
    saves = [TextSave(section_id, f"Texte {number}", 1) for number in range(6)]
    jobs = [lambda c, s=s: minutes_text.save_section(c, meeting_id, s) for s in saves]
    refusals = refusals_at_once(app, jobs)
    assert [type(refusal) for refusal in refusals] == [TextConflictError] * 5
    assert ctx.session.get_one(Minutes, minutes.id).sections[0].revision == 2
