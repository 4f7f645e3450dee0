"""Who is inside, whatever the order in which the doors' scans arrive."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from zna_network.models.door import ScanKind, Verdict
from zna_network.services.door_state import BadgeFile
from zna_network.services.movements import Move, fold, other_admission

START = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)


def move(
    minute: int,
    kind: ScanKind = ScanKind.ENTRY,
    verdict: Verdict = Verdict.ADMITTED,
    device: int = 1,
    name: str = "",
) -> Move:
    at = START + timedelta(minutes=minute)
    return Move(name or f"{minute}-{kind}-{device}", kind, verdict, at, device)


OUT = ScanKind.EXIT
SEEN = Verdict.ALREADY_ADMITTED
MOVES = st.lists(
    st.builds(
        move,
        st.integers(0, 30),
        st.sampled_from([ScanKind.ENTRY, OUT]),
        st.sampled_from([Verdict.ADMITTED, SEEN]),
        st.integers(1, 3),
    ),
    max_size=9,
    unique_by=lambda made: made.happened_at,
)


def badge_file(people: int) -> BadgeFile:
    return BadgeFile(
        1, 1, 1, "", is_rehearsal=False, revoked_at=None, attendee_id=None, made_at_door=False,
        people=people, read_moves=lambda badge_id: [],
    )  # fmt: skip


@given(MOVES, st.randoms(use_true_random=False), st.integers(1, 5))
def test_any_order_of_arrival_gives_the_same_whereabouts(moves, chance, people) -> None:  # type: ignore[no-untyped-def]
    in_order = sorted(moves, key=lambda made: made.happened_at)
    where, settled = fold(in_order, people)
    arriving = list(moves)
    chance.shuffle(arriving)
    badge = badge_file(people)
    badge.know([])
    for made in arriving:
        badge.add(made)
    assert badge.where == where
    assert badge.moves == settled
    # What is written down, scan by scan, is what the fold says.
    assert badge.effects | {m.scan_id: 0 for m in settled if m.scan_id not in badge.effects} == {
        m.scan_id: m.effect for m in settled
    }


@given(MOVES, st.integers(1, 5))
def test_effects_add_up_to_the_people_inside_and_never_below_none(moves, people) -> None:  # type: ignore[no-untyped-def]
    where, settled = fold(sorted(moves, key=lambda made: made.happened_at), people)
    inside = 0
    for made in settled:
        inside += made.effect
        assert inside in {0, people}
    assert inside == (people if where is not None and where.is_inside else 0)
    assert (where is None) == all(made.effect == 0 for made in settled)


def test_a_stay_admitted_twice_is_told_from_a_return() -> None:
    first, second = move(0, device=1), move(10, device=2)
    assert other_admission([first, second], START + timedelta(minutes=5), 3) == first
    assert other_admission([first, second], START + timedelta(minutes=5), 1) == second
    left = [first, move(5, OUT), second]
    assert other_admission(left, START + timedelta(minutes=12), 2) is None
    assert other_admission(left, START + timedelta(minutes=2), 2) == first
    # Told « already in » admits nobody.
    assert other_admission([move(0, verdict=SEEN, device=1)], START, 2) is None


def test_told_already_in_after_an_exit_comes_in_again() -> None:
    where, settled = fold([move(0), move(5, OUT), move(10, verdict=SEEN)], 2)
    assert [made.effect for made in settled] == [2, -2, 2]
    assert where is not None
    assert where.is_inside
    assert where.entries == 2
    assert fold([move(0, verdict=SEEN)], 1)[0] is None
