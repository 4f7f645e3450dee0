"""Badges and posters as files: they scan, their text can be read, whatever was typed in them."""

import json
import secrets
from base64 import b32encode
from pathlib import Path

import pytest

from tests.qr_reading import codes_in_pdf, pages_in_pdf, text_in_pdf
from zna_network.adapters.typst_pdf import MANY_BADGES, TypstPdf
from zna_network.config import CHECKOUT
from zna_network.models.document import DocumentKind
from zna_network.ports.pdf import BadgeFace, BadgeLayout, BadgeSheet, PaperSize, Poster
from zna_network.services.documents.samples import SAMPLES

FONTS = CHECKOUT / "static" / "vendor" / "print-fonts"
PER_PAGE = {
    BadgeLayout.CARDS: 10,
    BadgeLayout.HOLDERS: 8,
    BadgeLayout.LABELS: 14,
    BadgeLayout.SINGLE: 1,
}


@pytest.fixture(scope="module")
def pdf() -> TypstPdf:
    return TypstPdf(CHECKOUT / "templates" / "pdf", FONTS)


def _face(number: int, name: str = "") -> BadgeFace:
    ticket = "ZNR" + b32encode(secrets.token_bytes(13)).decode()[:20]
    return BadgeFace(f"{number:04d}", ticket, name, "Forum d’accès aux droits", "Arras")


@pytest.mark.parametrize("layout", list(BadgeLayout))
def test_every_badge_of_a_sheet_scans(pdf: TypstPdf, layout: BadgeLayout) -> None:
    faces = [_face(number) for number in range(1, PER_PAGE[layout] + 2)]
    content = pdf.badges(BadgeSheet(faces, layout))
    assert sorted(codes_in_pdf(content)) == sorted(face.ticket for face in faces)
    assert pages_in_pdf(content) == 2
    assert all(face.number in text_in_pdf(content) for face in faces)


def test_names_are_printed_whatever_they_hold(pdf: TypstPdf) -> None:
    """In three scripts, endless, or in the layout language's own signs: never read as commands."""
    names = [
        "Marie-Thérèse",
        "Олена",
        "محمد",
        '#panic() *gras* $x$ @lien \\ " <a>',
        "A" * 60,
        "a-" * 30,
        "😀 \u202e\u0000 fin",
        "-",
    ]
    content = pdf.badges(BadgeSheet([_face(n, name) for n, name in enumerate(names)]))
    text = text_in_pdf(content)
    for name in ("Олена", "#panic() *gras*", "fin"):
        assert name in text
    assert len(codes_in_pdf(content)) == len(names)
    with pytest.raises(ValueError, match="no badge"):
        pdf.badges(BadgeSheet([]))


def test_a_large_sheet_is_made_in_a_process_of_its_own(pdf: TypstPdf) -> None:
    faces = [_face(number, "Олена") for number in range(MANY_BADGES + 1)]
    sheet = BadgeSheet(faces)
    apart = pdf.badges(sheet)
    assert pages_in_pdf(apart) == 5
    assert sorted(codes_in_pdf(apart)) == sorted(face.ticket for face in faces)


@pytest.mark.parametrize("size", list(PaperSize))
def test_a_poster_scans_and_keeps_to_one_page(pdf: TypstPdf, size: PaperSize) -> None:
    url = "https://znr.example/forum/forum-acces-aux-droits"
    poster = Poster(
        "Un titre très long " * 4,
        "Mercredi",
        ["Une ligne de texte. " * 6] * 6,
        url,
        "CUA",
        size=size,
    )
    content = pdf.poster(poster)
    assert codes_in_pdf(content) == [url]
    assert pages_in_pdf(content) == 1
    assert "znr.example/forum" in text_in_pdf(content)
    assert pdf.poster(Poster("", "", [], url, ""))


def test_the_fonts_are_ours(pdf: TypstPdf) -> None:
    """Latin, cyrillic and arabic, embedded: nothing depends on the printer's machine."""
    content = pdf.badges(
        BadgeSheet([_face(1, "Ola Олена محمد")], BadgeLayout.SINGLE, lines=["مرحبا"], is_rtl=True)
    )
    for font in (b"AtkinsonHyperlegible", b"NotoSans", b"NotoSansArabic"):
        assert font in content
    assert len(list(Path(FONTS).glob("*.ttf"))) == 6


def test_minutes_are_accessible_and_the_same_each_time(pdf: TypstPdf) -> None:
    """A character that no font has, or what looks like source code, stands in no one's way."""
    values = json.loads(json.dumps(SAMPLES[DocumentKind.MINUTES]))
    content = pdf.minutes(values)
    assert b"pdfuaid" in content
    assert pdf.minutes(values) == content
    values["points"][0]["paragraphes"] = [
        {"texte": "#panic() 👍 漢字 *fin*\n= suite", "puce": True}
    ]
    spoilt = pdf.minutes(values)
    assert b"pdfuaid" not in spoilt
    assert "#panic()" in text_in_pdf(spoilt)
    assert "= suite" in text_in_pdf(spoilt)
    bare = {key: [] if isinstance(value, list) else value for key, value in values.items()}
    assert "Personne sur la liste" in text_in_pdf(pdf.minutes(bare))
