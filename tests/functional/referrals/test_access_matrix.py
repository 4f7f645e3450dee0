"""Who sees what: every role on every page and action of the referrals.

A cell is the status of the answer, then « n » when it names the person (name, e-mail or telephone)
and « w » when it holds what was typed about their need. What an action changes is undone before the
next. The table follows the URL map: a new route without a line fails."""

from dataclasses import dataclass, field

import pytest
from flask import Flask

from tests.functional.referrals.access_world import ACCOUNTS, NAME, PHONE, World, build
from zna_network.blueprints.referrals.act_forms import FORMS
from zna_network.services.context import Context
from zna_network.services.referrals.acts import BY_LINK, Act

AREAS = {"people", "referrals", "bilan", "case_sheets"}
API = {"door_api.refer", "door_api.referral_kit", "door_api.referrals"}
P, R, D, M = (
    "/orientations/personnes/{person}",
    "/orientations/{referral}",
    "/orientations",
    "/instances/reunions/{meeting}/situations",
)
STORY = ("person", "twin", "referral", "ended", "appointment", "diagnostic")
LINKS = ("given", "refused", "revoked", "expired", "invented")
PHONES = ("stand", "other_stand", "door", "nobody")
WHEN = {"day": "2026-12-17", "hour": "10:00", "minutes": "30"}


@dataclass(frozen=True)
class Line:
    """``act`` tells the acts of one route apart. ``cells`` in the order of the table's columns."""

    endpoint: str
    method: str
    path: str
    cells: str
    data: dict[str, str] = field(default_factory=dict)
    act: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.endpoint, self.method, self.act

    @property
    def name(self) -> str:
        return f"{self.method} {self.endpoint} {self.act}".strip()


ACT_DATA: dict[Act, dict[str, str]] = {
    Act.SEEN: {},
    Act.ACCEPT: {"shown": "open"},
    Act.REFUSE: {"shown": "open", "reason": "no_capacity"},
    Act.ASK: {"words": "Peut-elle venir ?"},
    Act.ANSWER: {"words": "Oui."},
    Act.PROPOSE: WHEN,
    Act.MOVE: {**WHEN, "appointment_id": "{appointment}"},
    Act.FOLLOW: {"appointment_id": "{appointment}", "state": "agreed"},
    Act.STEP: {"step": "contacted"},
    Act.OUTCOME: {"right_code": "RSA", "result": "opened", "evidence": "organisation_says"},
    Act.NOTE: {"words": "Note."},
    Act.RESEND: {},
    Act.RENEW: {},
    Act.REVOKE: {},
    Act.REOPEN: {},
}
PERSON = {"name": "Autre Nom", "revision": "{revision}", "language": "fr"}
NEW = {
    "client_id": "7a1f4c9e-0000-4000-8000-000000000009", "who": "{person}", "rights": "RSA", "receiver_choice": "{receiver}",
    "receiver_id": "{receiver}", "receiver": "Caisse destinataire", "callback": "comes", "urgency": "normal", "origin": "desk",
    "sender": "Association qui suit",
}  # fmt: skip
# Who refers and who is referred to each do their part; the staff may do both.
_BOTH, _TO, _FROM = (
    "403 303 303 404 303 303 404 303 303 303", "403 303 303 404 403 403 404 303 303 303", "403 403 403 404 303 303 404 303 303 303",
)  # fmt: skip
ACT_CELLS = {
    **dict.fromkeys((Act.SEEN, Act.ACCEPT, Act.REFUSE, Act.PROPOSE, Act.MOVE), _TO),
    **dict.fromkeys((Act.ASK, Act.ANSWER, Act.FOLLOW, Act.STEP, Act.OUTCOME, Act.NOTE), _BOTH),
    **dict.fromkeys((Act.RESEND, Act.RENEW, Act.REVOKE, Act.REOPEN), _FROM),
}
# fmt: off
# columns: anonymous receiver receiver_refused outsider stand_holder owner other_grantee agent agent_opened admin
PAGES = (
    Line("people.index", "GET", f"{D}/personnes", "302 200 200 200 200 200n 200 200 200 200"),
    Line("people.index", "GET", f"{D}/personnes?q=Quidam", "302 200 200 200 200 200n 200 200 200 200", act="recherche"),
    Line("people.show", "GET", P, "302 200n 200 404 200n 200n 404 200 200n 200"),
    Line("people.open", "POST", f"{P}/ouvrir", "403 403 403 403 403 403 403 303 303 303", {"reason": "present"}),
    Line("people.close", "POST", f"{P}/refermer", "403 403 403 403 403 403 403 303 303 303"),
    Line("people.edit", "GET", f"{P}/modifier", "302 403 403 404 403 200n 404 403 200n 403"),
    Line("people.edit", "POST", f"{P}/modifier", "403 403 403 404 403 303 404 403 303 403", PERSON),
    Line("people.consent", "GET", f"{P}/accord", "302 403 403 404 403 200 404 200 200 200"),
    Line("people.consent", "POST", f"{P}/accord", "403 403 403 404 403 303 404 303 303 303", {"contact": "withdrawn", "channel": "oral", "language": "fr"}),
    Line("people.export", "GET", f"{P}/donnees.json", "302 403 403 404 403 200nw 404 403 200nw 403"),
    Line("people.export_document", "GET", f"{P}/donnees.docx", "302 403 403 404 403 200nw 404 403 200nw 403"),
    Line("people.erase", "GET", f"{P}/effacer", "302 403 403 404 403 200 404 200 200 200"),
    Line("people.erase", "POST", f"{P}/effacer", "403 403 403 404 403 303 404 303 303 303"),
    Line("people.duplicates", "GET", f"{D}/personnes/doublons", "302 200 200 200 200 200n 200 200 200n 200"),
    Line("people.dismiss", "POST", P + "/{twin}/differents", "403 404 404 404 404 303 404 303 303 303"),
    Line("people.merge", "GET", P + "/{twin}/fusion", "302 404 404 404 404 200n 404 403 403 403"),
    Line("people.merge", "POST", P + "/{twin}/fusion", "403 404 404 404 404 303 404 403 403 403", {"kept_revision": "1", "other_revision": "1"}),
    Line("referrals.index", "GET", D, "302 200n 200n 200 200n 200n 200 200 200 200"),
    Line("referrals.index", "GET", f"{D}?q=Quidam", "302 200 200 200 200n 200n 200 200 200 200", act="recherche"),
    Line("referrals.export", "GET", f"{D}/export.xlsx", "302 200n 200n 200 200n 200n 200 200 200 200"),
    Line("referrals.export", "GET", f"{D}/export.csv", "302 200n 200n 200 200n 200n 200 200 200 200", act="csv"),
    Line("referrals.show", "GET", R, "302 200nw 200 404 200nw 200nw 404 200 200nw 200"),
    Line("referrals.show", "GET", D + "/{ended}", "302 200 200 404 200nw 200nw 404 200 200nw 200", act="close"),
    Line("referrals.withdraw", "POST", f"{R}/retirer", "403 403 403 404 303 303 404 303 303 303"),
    Line("referrals.calendar", "GET", R + "/rendez-vous/{appointment}.ics", "302 200 200 404 200 200 404 200 200 200"),
    Line("referrals.create", "GET", f"{D}/nouvelle", "302 200 200 200 200 200 200 200 200 200"),
    Line("referrals.create", "GET", D + "/nouvelle?personne={person}", "302 200 404 404 200 200n 404 200 200n 200", act="personne"),
    Line("referrals.create", "GET", D + "/nouvelle?badge={badge}", "302 200 200 200 200 200 200 200n 200n 200n", act="badge"),
    Line("referrals.create", "POST", f"{D}/nouvelle", "403 303 422 422 303 303 422 303 303 303", NEW),
    Line("referrals.suggest_receivers", "GET", f"{D}/destinataires?droit=RSA", "302 200 200 200 200 200 200 200 200 200"),
    Line("referrals.diagnose", "GET", f"{D}/diagnostic", "302 200 200 200 200 200 200 200 200 200"),
    Line("referrals.diagnose", "GET", D + "/diagnostic?personne={person}", "302 200 404 404 200 200n 404 200 200n 200", act="personne"),
    Line("referrals.diagnose", "POST", f"{D}/diagnostic", "403 404 404 404 404 303 404 303 303 303", {"client_id": "7a1f4c9e-0000-4000-8000-000000000008", "person_id": "{person}", "droit-RSA": "to_check", "sender": "Association qui suit"}),
    Line("referrals.diagnostic", "GET", D + "/diagnostics/{diagnostic}", "302 404 404 404 404 200n 404 200 200n 200"),
    Line("referrals.diagnostic", "POST", D + "/diagnostics/{diagnostic}", "403 404 404 404 404 422n 404 422 422n 422", {"callback": "comes", "urgency": "normal"}),
    Line("referrals.diagnostic_file", "GET", D + "/diagnostics/{diagnostic}.docx", "302 404 404 404 404 200 404 200 200 200"),
    Line("referrals.blank_diagnostic", "GET", f"{D}/diagnostic/vierge.docx", "302 200 200 200 200 200 200 200 200 200"),
    Line("referrals.consent_form", "GET", D + "/consentement/fr.docx?personne={person}", "302 200 200 404 200 200 404 200 200 200"),
    Line("case_sheets.index", "GET", M, "302 403 403 403 403 200 403 200 200 200"),
    Line("case_sheets.index", "POST", M, "403 403 403 403 403 302 403 302 302 302", {"referrals": "{stuck}"}),
    Line("case_sheets.edit", "GET", M + "/{sheet}", "302 403 403 403 403 200 403 200 200 200"),
    Line("case_sheets.edit", "POST", M + "/{sheet}", "403 403 403 403 403 302 403 302 302 302", {"revision": "1", "proposal": "Appeler"}),
    Line("case_sheets.remove", "POST", M + "/{sheet}/retirer", "403 403 403 403 403 302 403 302 302 302"),
    Line("case_sheets.document", "GET", f"{M}/fiches.docx", "302 403 403 403 403 200 403 200 200 200"),
    Line("case_sheets.blank", "GET", f"{M}/vierges.docx", "302 403 403 403 403 200 403 200 200 200"),
    Line("bilan.show", "GET", "/bilan", "302 403 403 403 403 200 200 200 200 200"),
    Line("bilan.export", "POST", "/bilan/bilan.xlsx", "403 403 403 403 403 200 200 200 200 200"),
    Line("bilan.report", "POST", "/bilan/bilan.docx", "403 403 403 403 403 200 200 200 200 200"),
    Line("bilan.barometer", "GET", "/bilan/barometre", "302 403 403 403 403 403 403 200 200 200"),
    Line("bilan.save_barometer", "POST", "/bilan/barometre", "403 403 403 403 403 403 403 422 422 422", {"commune-62041": "3", "stamp": "?"}),
    Line("bilan.evaluation", "GET", "/bilan/dgcs", "302 403 403 403 403 403 403 200 200 200"),
    Line("bilan.export_for_evaluation", "POST", "/bilan/dgcs/export/csv", "403 403 403 403 403 403 403 200 200 200"),
    Line("bilan.mapping", "GET", "/bilan/dgcs/colonnes", "302 403 403 403 403 403 403 200 200 200"),
    Line("bilan.mapping_file", "GET", "/bilan/dgcs/colonnes.csv", "302 403 403 403 403 403 403 200 200 200"),
    Line("bilan.save_mapping", "POST", "/bilan/dgcs/colonnes", "403 403 403 403 403 403 403 302 302 302", {"content": "version;x\ncolonne;champ;valeurs\nlot;lot;\n", "seen": "0"}),
    Line("bilan.default_mapping", "POST", "/bilan/dgcs/colonnes/origine", "403 403 403 403 403 403 403 302 302 302"),
    Line("bilan.restore_mapping", "POST", "/bilan/dgcs/colonnes/{mapping}/reprendre", "403 403 403 403 403 403 403 302 302 302"),
    *(
        Line("referrals.act", "POST", f"{D + '/{ended}' if act is Act.REOPEN else R}/{act.value}", ACT_CELLS[act],
             {f"{act.value}-{name}": value for name, value in ACT_DATA[act].items()}, act.value)
        for act in Act
    ),
)
# columns: given refused revoked expired invented
OF_LINK = (
    Line("referrals.link", "GET", "", "200nw 200 410 410 404"),
    Line("referrals.link_calendar", "GET", "/rendez-vous/{appointment}.ics", "200 200 410 410 404"),
    *(
        Line("referrals.link_act", "POST", f"/{act.value}", "303 303 410 410 404" if act in BY_LINK else "404 404 404 404 404",
             {f"{act.value}-{name}": value for name, value in ACT_DATA[act].items()}, act.value)
        for act in Act
    ),
)
# columns: a phone at the stand that made the referral, at another stand, at the door, no phone
OF_API = (
    Line("door_api.referral_kit", "GET", "/api/v1/door/referral-kit", "200 200 403 401"),
    Line("door_api.referrals", "GET", "/api/v1/door/referrals", "200 200 403 401"),
    Line("door_api.refer", "POST", "/api/v1/door/referrals", "200 200 403 401"),
)
# fmt: on


@pytest.fixture
def world(app: Flask, ctx: Context) -> World:
    return build(app, ctx)


def test_every_role_on_every_page_and_action(world: World) -> None:
    wrong = []
    for line in PAGES:
        found = {}
        for who in ACCOUNTS:
            if who == "receiver_refused" and not _is_of_a_story(line):
                found[who] = found["receiver"]  # the same account, on the same address
            else:
                found[who] = str(world.ask(who, line.method, line.path, line.data))
        wrong += _differences(line, ACCOUNTS, list(found.values()))
    for line in OF_LINK:
        found = [str(world.ask_link(link, line.method, line.path, line.data)) for link in LINKS]
        wrong += _differences(line, LINKS, found)
    for line in OF_API:
        found = [str(world.ask_api(who, line.method, line.path)) for who in PHONES]
        wrong += _differences(line, PHONES, found)
    assert not wrong, "\n" + "\n".join(wrong)


def _is_of_a_story(line: Line) -> bool:
    """Whether it is about one person or another."""
    return any("{" + name in f"{line.path} {line.data}" for name in STORY)


def _differences(line: Line, columns: tuple[str, ...], found: list[str]) -> list[str]:
    expected = line.cells.split()
    assert len(expected) == len(columns), line.name
    return [
        f"{line.name} as {who}: {got}, not {wanted}"
        for who, wanted, got in zip(columns, expected, found, strict=True)
        if wanted != got
    ]


def test_the_table_has_a_line_for_every_route(app: Flask) -> None:
    in_map = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in AREAS or rule.endpoint in API
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    lines = [*PAGES, *OF_LINK, *OF_API]
    assert {(line.endpoint, line.method) for line in lines} == in_map
    assert len({line.key for line in lines}) == len(lines)
    assert set(FORMS) == set(Act)


def test_a_stand_sees_what_it_created_and_no_name(world: World) -> None:
    mine, theirs = (
        world.clients["anonymous"]
        .send("GET", "/api/v1/door/referrals", headers={"Authorization": f"Bearer {phone.token}"})
        .json["referrals"]
        for phone in (world.phones["stand"], world.phones["other_stand"])
    )
    assert [one["number"] for one in mine] == ["O-00001"]
    assert theirs == []
    assert not {"name", "phone", "email", "need"} & set(mine[0])


def test_referring_somebody_does_not_teach_who_they_are(world: World) -> None:
    """The one whom the person refused to be known of could name them as who refers. Whoever may
    not is told; sent again, it is about somebody else, and makes a file without a name."""
    for who in ("receiver_refused", "outsider"):
        ids = world.refused_ids
        typed = {name: value.format(**ids) for name, value in NEW.items()}
        page = world.clients[who].post(f"{D}/nouvelle", typed)
        assert (page.status, NAME in page.text) == (422, False)
        assert "n’est pas, ou n’est plus, un des vôtres" in page.text
        made = world.clients[who].post(f"{D}/nouvelle", {**typed, "who": "new"})
        assert made.status == 303
        shown = world.clients[who].follow(made)
        assert (shown.status, NAME in shown.text, PHONE in shown.text) == (200, False, False)
        assert str(world.ask(who, "GET", f"{D}/nouvelle?personne={ids['person']}")) == "404"
        world.restore()
