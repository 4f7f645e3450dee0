"""The page behind the link: no account, and nothing written by opening it."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_agenda_item, make_attachment, make_meeting
from tests.page_checks import Browser
from tests.unit.adapters.calendar_readers import IcalJs
from tests.world import FrozenClock
from zna_network.extensions import limiter
from zna_network.models.audit import AuditEvent
from zna_network.models.invitation import Answer, Invitation, Rsvp
from zna_network.models.meeting import MeetingState
from zna_network.models.outbox import OutboxMessage
from zna_network.services import invitees
from zna_network.services.context import Context
from zna_network.services.invitation_links import token_of
from zna_network.services.representatives import NAMED_A_DAY


@pytest.fixture
def person(ctx: Context) -> Invitation:
    meeting = make_meeting(ctx.session, visio_url="https://visio.example/1")
    return make_invitation(ctx.session, meeting, name="Awa Fictive", convened=True)


@pytest.fixture
def link(ctx: Context, person: Invitation) -> str:
    return f"/r/{token_of(ctx.settings, person)}"


def test_shows_the_meeting_and_the_choices(
    ctx: Context, browser: Browser, person: Invitation, link: str
) -> None:
    item = make_agenda_item(ctx.session, person.meeting, title="Bilan", presenter="Mme Exemple")
    file = make_attachment(ctx.session, item)
    page = browser.get(link)
    assert page.status == 200
    for expected in (
        "jeudi 17 décembre 2026", "Salle d’exemple, Arras", "https://visio.example/1", "Bilan",
        "Mme Exemple", "document d’exemple.pdf", "Serez-vous là ?",
    ):  # fmt: skip
        assert expected in page.text
    values = [b.get("value") for b in page.all("button", name="answer")]
    assert values == ["on_site", "remote", "declined"]
    assert page.value_of("representative_name") == ""
    assert f"{link}/documents/{file.id}" in page.links()
    assert not page.all("input", name="csrf_token")


def test_opening_the_link_writes_nothing_and_sets_no_cookie(
    ctx: Context, browser: Browser, person: Invitation, link: str
) -> None:
    revision = person.revision
    for method in ("GET", "HEAD", "OPTIONS"):
        for path in (link, f"{link}/agenda.ics", f"{link}?answer=declined"):
            response = browser.client.open(path, method=method)
            assert response.status_code == 200
            assert "Set-Cookie" not in response.headers
    ctx.session.expire_all()
    assert (person.answer, person.revision) == (None, revision)
    for model in (Rsvp, AuditEvent, OutboxMessage):
        assert ctx.session.query(model).count() == 0


def test_the_link_leaks_to_nobody(browser: Browser, link: str) -> None:
    for path in (link, f"{link}/agenda.ics", "/r/inconnu", f"{link}/documents/1"):
        headers = browser.client.get(path).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Cache-Control"] == "no-store, private"
    assert browser.get(link).all("meta", name="robots")[0].get("content") == "noindex, nofollow"


@pytest.mark.parametrize(
    ("value", "label"),
    [("on_site", "Présent sur place"), ("remote", "Présent en visio"), ("declined", "Absent")],
)
def test_one_press_answers_without_cookie_nor_script(
    app: Flask, ctx: Context, person: Invitation, link: str, value: str, label: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    fresh = Browser(app)
    page = fresh.post(link, {"answer": value, "comment": "Un mot", "seen": "0"})
    assert page.status == 303
    page = fresh.get(page.response.location)
    assert "Votre réponse est enregistrée" in page.text
    assert label in page.text
    assert "« Un mot »" in page.text
    assert person.answer == value
    pressed = [b.get("value") for b in page.all("button") if b.get("aria-pressed") == "true"]
    assert pressed == [value]


def test_a_representative_is_named(
    ctx: Context, browser: Browser, person: Invitation, link: str
) -> None:
    page = browser.follow(
        browser.post(
            link,
            {"answer": "represented", "representative_name": "Inès Essai",
             "representative_email": "ines@organisme.example",
             "representative_function": "Adjointe"},
        )
    )  # fmt: skip
    assert "Représenté par Inès Essai" in page.text
    [stand_in] = person.representatives
    theirs = browser.get(f"/r/{token_of(ctx.settings, stand_in)}")
    assert "Vous représentez Awa Fictive." in theirs.text
    assert "Je me fais représenter" not in theirs.text
    browser.post(link, {"answer": "on_site"})
    gone = browser.get(f"/r/{token_of(ctx.settings, stand_in)}")
    assert gone.status == 410
    assert "Votre présence n’est plus attendue" in gone.text


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({}, "Choisissez une des réponses"),
        ({"answer": "tentative"}, "Choisissez une des réponses"),
        ({"answer": "represented", "representative_name": "Inès Essai"}, "convocation y sera"),
        ({"answer": "represented", "representative_name": "Inès",
          "representative_email": "ines@"}, "n’est pas valable"),
        ({"answer": "declined", "comment": "x" * 1001}, "C’est trop long"),
    ],
)  # fmt: skip
def test_a_refusal_is_said_and_what_was_typed_kept(
    ctx: Context, browser: Browser, person: Invitation, link: str,
    typed: dict[str, str], message: str,
) -> None:  # fmt: skip
    page = browser.post(link, typed)
    assert page.status == 422
    assert message in page.text
    for name in set(typed) - {"answer"}:
        assert page.value_of(name) == typed[name]
    assert person.answer is None
    assert ctx.session.query(OutboxMessage).count() == 0


def test_a_meeting_that_changed_meanwhile_is_shown_before_the_answer_counts(
    ctx: Context, browser: Browser, person: Invitation, link: str
) -> None:
    seen = browser.get(link).value_of("seen")
    person.meeting.sequence += 1
    person.meeting.place = "Ailleurs"
    ctx.session.commit()
    page = browser.post(link, {"answer": "on_site", "seen": seen})
    assert page.status == 422
    assert "vient de changer" in page.text
    assert "Ailleurs" in page.text
    assert person.answer is None
    page = browser.post(link, {"answer": "on_site", "seen": page.value_of("seen")})
    assert page.status == 303


def test_an_answer_given_before_a_change_is_to_be_given_again(
    ctx: Context, browser: Browser, person: Invitation, link: str
) -> None:
    person.outdated_answer = Answer.ON_SITE
    ctx.session.commit()
    page = browser.get(link)
    assert "La réunion a changé depuis votre réponse" in page.text
    assert "Vous aviez répondu : présent sur place." in page.text


def test_once_begun_the_page_says_so_and_still_shows_the_way_in(
    ctx: Context, browser: Browser, person: Invitation, link: str, clock: FrozenClock
) -> None:
    clock.set(person.meeting.starts_at)
    pages = browser.get(link), browser.post(link, {"answer": "on_site"})
    assert [page.status for page in pages] == [200, 410]
    for page in pages:
        assert "La réunion a commencé" in page.text
        assert "https://visio.example/1" in page.links()
        (form,) = page.all("form")  # to say that one is there, no longer to answer
        assert form.get("action") == f"{link}/presence"
    assert person.answer is None
    clock.set(person.meeting.ends_at)
    page = browser.get(link)
    assert page.status == 410
    assert "Cette réunion a eu lieu" in page.text
    assert "visio.example" not in page.text
    assert browser.get(f"{link}/agenda.ics").status == 410


def test_a_cancelled_meeting_gives_its_reason(
    ctx: Context, browser: Browser, person: Invitation, link: str
) -> None:
    person.meeting.state, person.meeting.cancel_reason = MeetingState.CANCELLED, "Salle inondée."
    ctx.session.commit()
    for page in (browser.get(link), browser.post(link, {"answer": "on_site"})):
        assert page.status == 410
        assert "Cette réunion est annulée" in page.text
        assert "Salle inondée." in page.text


def test_somebody_removed_is_told(
    ctx: Context, browser: Browser, person: Invitation, link: str
) -> None:
    invitees.remove(ctx, person.meeting_id, person.id)
    for page in (browser.get(link), browser.post(link, {"answer": "on_site"})):
        assert page.status == 410
        assert "Votre présence n’est plus attendue" in page.text
        assert "visio.example" not in page.text


@pytest.mark.parametrize("token", ["inconnu", "a" * 32, "a" * 500, "%C3%A9"])
def test_an_unknown_link_says_what_to_do(browser: Browser, person: Invitation, token: str) -> None:
    for page in (browser.get(f"/r/{token}"), browser.post(f"/r/{token}", {"answer": "on_site"})):
        assert page.status == 404
        assert "ne correspond à aucune convocation" in page.text


def test_documents_of_this_meeting_and_no_other(
    ctx: Context, browser: Browser, person: Invitation, link: str
) -> None:
    own = make_attachment(ctx.session, make_agenda_item(ctx.session, person.meeting))
    foreign = make_attachment(ctx.session, make_agenda_item(ctx.session, make_meeting(ctx.session)))
    response = browser.client.get(f"{link}/documents/{own.id}")
    assert response.status_code == 200
    assert response.data.startswith(b"%PDF")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert browser.get(f"{link}/documents/{foreign.id}").status == 404
    assert browser.get(f"/r/inconnu/documents/{own.id}").status == 404


def test_the_calendar_file_names_no_attendee(
    ctx: Context, browser: Browser, person: Invitation, link: str
) -> None:
    response = browser.client.get(f"{link}/agenda.ics")
    assert response.mimetype == "text/calendar"
    with IcalJs() as reader:
        read = reader.read(response.data)
        assert reader.times(response.data) == (person.meeting.starts_at, person.meeting.ends_at)
    [event] = read["events"]
    assert (read["method"], event["uid"], event["attendees"]) == ("PUBLISH", person.meeting.uid, [])


def test_naming_many_people_is_slowed_down(
    ctx: Context, browser: Browser, person: Invitation, link: str
) -> None:
    for rank in range(NAMED_A_DAY + 1):
        page = browser.post(
            link,
            {"answer": "represented", "representative_name": f"Nom {rank}",
             "representative_email": f"nom{rank}@organisme.example"},
        )  # fmt: skip
    assert page.status == 422
    assert "plusieurs fois de représentant" in page.text


def test_too_many_requests_are_refused(app: Flask, person: Invitation, link: str) -> None:
    app.config["RATELIMIT_ENABLED"] = True
    limiter.enabled = True
    try:
        visitor = Browser(app)
        statuses = [visitor.post(link, {"answer": "on_site"}).status for _ in range(31)]
    finally:
        limiter.enabled = False
        limiter.reset()
    assert statuses[:30] == [303] * 30
    assert statuses[30] == 429


def test_an_answer_at_the_last_second(
    ctx: Context, browser: Browser, person: Invitation, link: str, clock: FrozenClock
) -> None:
    clock.set(person.meeting.starts_at - timedelta(seconds=1))
    assert browser.post(link, {"answer": "declined"}).status == 303
    assert person.answer is Answer.DECLINED
