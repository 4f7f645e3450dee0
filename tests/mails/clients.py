"""Replies as Outlook, Exchange, outlook.com, Gmail, Apple and Thunderbird compose them."""

from collections.abc import Callable

from tests.mails.answers import (
    Answer,
    as_base64,
    as_quoted_printable,
    escaped,
    folded,
    multipart,
    paris,
    part,
    utc,
)

WORDS = {"ACCEPTED": "Accepté", "DECLINED": "Refusé", "TENTATIVE": "Provisoire"}
WINDOWS_ZONE = "Romance Standard Time"
PARIS_RULES = {
    "STANDARD": ("10", "030000", "+0200", "+0100"),
    "DAYLIGHT": ("3", "020000", "+0100", "+0200"),
}


def outlook(answer: Answer) -> bytes:
    """Outlook for Windows with an IMAP account: the calendar alone, quoted-printable, its zone
    under Windows' name and in quotes, MAILTO in capitals, no ORGANIZER."""
    word = _word(answer)
    calendar = folded(
        [
            "BEGIN:VCALENDAR",
            "PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN",
            "VERSION:2.0",
            f"METHOD:{answer.method}",
            "X-MS-OLK-FORCEINSPECTOROPEN:TRUE",
            *_zone(WINDOWS_ZONE, "1601"),
            "BEGIN:VEVENT",
            f"ATTENDEE;{answer.attendee_parameters()}:MAILTO:{answer.attendee}",
            "CLASS:PUBLIC",
            f"COMMENT;LANGUAGE=fr:{escaped(answer.comment)}\\n",
            f"CREATED:{answer.written_stamp}",
            f'DTEND;TZID="{WINDOWS_ZONE}":{paris(answer.ends)}',
            f"DTSTAMP:{answer.written_stamp}",
            f'DTSTART;TZID="{WINDOWS_ZONE}":{paris(answer.begins)}',
            f"LAST-MODIFIED:{answer.written_stamp}",
            "PRIORITY:5",
            f"SEQUENCE:{answer.sequence}",
            f"SUMMARY;LANGUAGE=fr:{word}: {escaped(answer.summary)}",
            "TRANSP:OPAQUE",
            f"UID:{answer.uid}",
            "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
            f"X-MICROSOFT-CDO-APPT-SEQUENCE:{answer.sequence}",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    )
    headers = answer.headers(
        f"{word}: {answer.summary}",
        charset="iso-8859-1",
        marks=("X-Mailer: Microsoft Outlook 16.0", "Content-Language: fr", "Thread-Index: AdkXy=="),
    )
    kind = f'text/calendar; method={answer.method};\r\n\tcharset="utf-8"'
    return (headers + part(kind, "quoted-printable", as_quoted_printable(calendar))).encode()


def exchange(answer: Answer) -> bytes:
    """Exchange and Microsoft 365: text, HTML and the calendar last, base64; COMMENT holds what was
    typed, or an empty line."""
    word = _word(answer)
    headers = answer.headers(
        f"{word}: {answer.summary}",
        charset="iso-8859-1",
        marks=(
            f"Thread-Topic: {word}",
            "X-MS-Has-Attach:",
            "X-MS-TNEF-Correlator:",
            "x-ms-exchange-calendar-originator-id: 1;",
        ),
    )
    return _microsoft(answer, headers, "Microsoft Exchange Server 2010", with_organizer=True)


def outlook_com(answer: Answer) -> bytes:
    """outlook.com and Outlook for the web: as Exchange, but without ORGANIZER."""
    headers = answer.headers(
        f"{_word(answer)}: {answer.summary}", marks=("X-Incoming-HeaderCount: 46",)
    )
    return _microsoft(answer, headers, "Microsoft Exchange Server 2010", with_organizer=False)


def _microsoft(answer: Answer, headers: str, product: str, *, with_organizer: bool) -> bytes:
    organizer = f"ORGANIZER;CN=Réseau ZNR:mailto:{answer.organizer}"
    calendar = folded(
        [
            "BEGIN:VCALENDAR",
            f"METHOD:{answer.method}",
            f"PRODID:{product}",
            "VERSION:2.0",
            *_zone(WINDOWS_ZONE, "1601"),
            "BEGIN:VEVENT",
            *([organizer] if with_organizer else []),
            f"ATTENDEE;{answer.attendee_parameters()};CN={answer.name}:mailto:{answer.attendee}",
            f"COMMENT;LANGUAGE=fr-FR:{escaped(answer.comment)}\\n",
            f"UID:{answer.uid}",
            f"SUMMARY;LANGUAGE=fr-FR:{_word(answer)}: {escaped(answer.summary)}",
            f"DTSTART;TZID={WINDOWS_ZONE}:{paris(answer.begins)}",
            f"DTEND;TZID={WINDOWS_ZONE}:{paris(answer.ends)}",
            "CLASS:PUBLIC",
            "PRIORITY:5",
            f"DTSTAMP:{answer.written_stamp}",
            "TRANSP:OPAQUE",
            "STATUS:CONFIRMED",
            f"SEQUENCE:{answer.sequence}",
            "LOCATION;LANGUAGE=fr-FR:Arras",
            f"X-MICROSOFT-CDO-APPT-SEQUENCE:{answer.sequence}",
            "X-MICROSOFT-CDO-OWNERAPPTID:0",
            "X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    )
    body = multipart(
        "alternative",
        "_000_PR3PR01MB6795_",
        part('text/plain; charset="iso-8859-1"', "quoted-printable", f"{answer.comment}\r\n"),
        part(
            'text/html; charset="iso-8859-1"', "quoted-printable", "<html><body></body></html>\r\n"
        ),
        part(
            f'text/calendar; charset="utf-8"; method={answer.method}', "base64", as_base64(calendar)
        ),
    )
    return (headers + body).encode("utf-8", "replace")


def gmail(answer: Answer) -> bytes:
    """Google Calendar: sent by a machine in the person's name (Sender, Auto-Submitted), UTC, the
    same calendar again as an attachment, what was typed on the attendee's line."""
    comment = f';X-RESPONSE-COMMENT="{answer.comment}"' if answer.comment else ""
    calendar = folded(
        [
            "BEGIN:VCALENDAR",
            "PRODID:-//Google Inc//Google Calendar 70.9054//EN",
            "VERSION:2.0",
            "CALSCALE:GREGORIAN",
            f"METHOD:{answer.method}",
            "BEGIN:VEVENT",
            f"DTSTART:{utc(answer.begins)}",
            f"DTEND:{utc(answer.ends)}",
            f"DTSTAMP:{answer.written_stamp}",
            f"ORGANIZER;CN=Réseau ZNR:mailto:{answer.organizer}",
            f"UID:{answer.uid}",
            f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;{answer.attendee_parameters()};"
            f"CN={answer.name};X-NUM-GUESTS=0{comment}:mailto:{answer.attendee}",
            *answer.delegate_lines(),
            "X-MICROSOFT-CDO-OWNERAPPTID:1180127421",
            f"CREATED:{answer.written_stamp}",
            f"DESCRIPTION:{escaped('Ordre du jour, lieu ; accès.' * 6)}",
            f"LAST-MODIFIED:{answer.written_stamp}",
            "LOCATION:Arras",
            f"SEQUENCE:{answer.sequence}",
            "STATUS:CONFIRMED",
            f"SUMMARY:{escaped(answer.summary)}",
            "TRANSP:OPAQUE",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    )
    headers = answer.headers(
        f"{_word(answer)}: {answer.summary} @ mar. 6 juil. 2027",
        marks=(
            "Sender: Google Calendar <calendar-notification@google.example>",
            "Auto-Submitted: auto-generated",
        ),
    )
    alternative = multipart(
        "alternative",
        "0000000000004bf9f60616",
        part('text/plain; charset="UTF-8"; format=flowed; delsp=yes', "base64", as_base64("Oui\n")),
        part('text/html; charset="UTF-8"', "quoted-printable", "<p>Oui</p>\r\n"),
        part(f'text/calendar; charset="UTF-8"; method={answer.method}', "8bit", calendar),
    )
    attached = part(
        'application/ics; name="invite.ics"',
        "base64",
        as_base64(calendar),
        'Content-Disposition: attachment; filename="invite.ics"',
    )
    return (headers + multipart("mixed", "0000000000004bf9f80616", alternative, attached)).encode()


def apple(answer: Answer) -> bytes:
    """Calendar of macOS through Mail: the address as a parameter too, the zone by its name with
    Apple's rule, the calendar named as a file."""
    calendar = folded(
        [
            "BEGIN:VCALENDAR",
            "CALSCALE:GREGORIAN",
            f"METHOD:{answer.method}",
            "PRODID:-//Apple Inc.//macOS 14.5//EN",
            "VERSION:2.0",
            *_zone("Europe/Paris", "1981"),
            "BEGIN:VEVENT",
            f'ATTENDEE;CN="{answer.name}";CUTYPE=INDIVIDUAL;EMAIL="{answer.attendee}";'
            f"{answer.attendee_parameters()};ROLE=REQ-PARTICIPANT:mailto:{answer.attendee}",
            *([f"COMMENT:{escaped(answer.comment)}"] if answer.comment else []),
            f"DTEND;TZID=Europe/Paris:{paris(answer.ends)}",
            f"DTSTAMP:{answer.written_stamp}",
            f"DTSTART;TZID=Europe/Paris:{paris(answer.begins)}",
            f'ORGANIZER;CN="Réseau ZNR";EMAIL="{answer.organizer}":mailto:{answer.organizer}',
            f"SEQUENCE:{answer.sequence}",
            f"SUMMARY:{escaped(answer.summary)}",
            f"UID:{answer.uid}",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    )
    kind = f'text/calendar; charset=utf-8; method={answer.method};\r\n\tname="iCal-20261203-093000.ics"'
    body = multipart(
        "mixed",
        "Apple-Mail=_7C1F",
        part("text/plain; charset=utf-8", "7bit", "\r\n"),
        part(
            kind,
            "base64",
            as_base64(calendar),
            "Content-Disposition: attachment;\r\n\tfilename=iCal-20261203-093000.ics",
        ),
    )
    headers = answer.headers(
        f"{_word(answer)} : {answer.summary}", marks=("X-Mailer: Apple Mail (2.3774.600.62)",)
    )
    return (headers + body).encode()


def icloud(answer: Answer) -> bytes:
    """iCloud's server: the attendee named by a path, its address as a parameter alone."""
    calendar = folded(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            f"METHOD:{answer.method}",
            "PRODID:-//CALENDARSERVER.ORG//NONSGML Version 1//EN",
            "BEGIN:VEVENT",
            f"UID:{answer.uid}",
            f"DTSTART:{utc(answer.begins)}",
            f"DTEND:{utc(answer.ends)}",
            f"ATTENDEE;CN={answer.name};CUTYPE=INDIVIDUAL;EMAIL={answer.attendee};"
            f"{answer.attendee_parameters()}:/aMTA5NzQ4/principal/",
            f"DTSTAMP:{answer.written_stamp}",
            f"ORGANIZER;CN=Réseau ZNR:mailto:{answer.organizer}",
            f"SEQUENCE:{answer.sequence}",
            f"X-CALENDARSERVER-ATTENDEE-COMMENT:{escaped(answer.comment)}",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    )
    kind = f"text/calendar; charset=utf-8; method={answer.method}"
    body = multipart(
        "alternative",
        "icloud-1",
        part("text/plain; charset=utf-8", "base64", as_base64("Réponse\n")),
        part(kind, "base64", as_base64(calendar)),
    )
    return (answer.headers(f"{_word(answer)} : {answer.summary}") + body).encode()


def thunderbird(answer: Answer) -> bytes:
    """Thunderbird: 8-bit calendar beside the text, and again as an attached file."""
    calendar = folded(
        [
            "BEGIN:VCALENDAR",
            "PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN",
            "VERSION:2.0",
            f"METHOD:{answer.method}",
            *_zone("Europe/Paris", "1970"),
            "BEGIN:VEVENT",
            f"CREATED:{answer.written_stamp}",
            f"LAST-MODIFIED:{answer.written_stamp}",
            f"DTSTAMP:{answer.written_stamp}",
            f"UID:{answer.uid}",
            f"SUMMARY:{escaped(answer.summary)}",
            f"ORGANIZER;CN=Réseau ZNR:mailto:{answer.organizer}",
            f"ATTENDEE;CN={answer.name};{answer.attendee_parameters()};ROLE=REQ-PARTICIPANT:mailto:{answer.attendee}",
            *answer.delegate_lines(),
            *([f"COMMENT:{escaped(answer.comment)}"] if answer.comment else []),
            f"DTSTART;TZID=Europe/Paris:{paris(answer.begins)}",
            f"DTEND;TZID=Europe/Paris:{paris(answer.ends)}",
            f"SEQUENCE:{answer.sequence}",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    )
    kind = f"text/calendar; method={answer.method}; charset=UTF-8"
    alternative = multipart(
        "alternative",
        "Alt_9h2",
        part("text/plain; charset=UTF-8; format=flowed", "8bit", "Réponse jointe\r\n"),
        part(kind, "8bit", calendar),
    )
    attached = part(
        'application/ics; name="invite.ics"',
        "base64",
        as_base64(calendar),
        'Content-Disposition: attachment; filename="invite.ics"',
    )
    headers = answer.headers(
        f"Invitation acceptée : {answer.summary}", marks=("User-Agent: Mozilla Thunderbird",)
    )
    return (headers + multipart("mixed", "Mixed_9h1", alternative, attached)).encode()


def _word(answer: Answer) -> str:
    return "Nouvelle heure proposée" if answer.proposed else WORDS.get(answer.partstat, "Réponse")


def _zone(name: str, year: str) -> list[str]:
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    for kind, (month, hour, before, after) in PARIS_RULES.items():
        lines += [
            f"BEGIN:{kind}",
            f"DTSTART:{year}0101T{hour}",
            f"TZOFFSETFROM:{before}",
            f"TZOFFSETTO:{after}",
            f"RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH={month}",
            f"END:{kind}",
        ]
    return [*lines, "END:VTIMEZONE"]


CLIENTS: dict[str, Callable[[Answer], bytes]] = {
    "outlook": outlook,
    "exchange": exchange,
    "outlook.com": outlook_com,
    "gmail": gmail,
    "apple": apple,
    "icloud": icloud,
    "thunderbird": thunderbird,
}
