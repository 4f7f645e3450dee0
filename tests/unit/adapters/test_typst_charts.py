"""Charts as images: their size, their words, and that nothing odd stops them."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.factories.docx_files import text_of
from zna_network.adapters.docx_documents import DocxDocumentRenderer
from zna_network.adapters.typst_charts import HEIGHT_MM, WIDTH_MM, TypstCharts, ticks_for
from zna_network.blueprints.charts import Datum, chart_of, scale_of
from zna_network.ports.charts import ChartPoint
from zna_network.ports.documents import Picture
from zna_network.services.documents.pixels import PETROL, one_pixel

PAINTER = TypstCharts(Path("templates/pdf"), Path("static/vendor/print-fonts"))


@pytest.mark.parametrize(
    "values", [[12, None, 0, 340], [None], [0], []], ids=["some", "untold", "none", "empty"]
)
def test_charts_are_images_of_the_size_they_say(values: list[int | None]) -> None:
    points = [ChartPoint(f"{9 + n} h", value) for n, value in enumerate(values)]
    for made in (PAINTER.columns(points, "Arrivées"), PAINTER.curve(points, "Présents", 300)):
        image = Image.open(BytesIO(made.png))
        assert image.format == "PNG"
        assert image.width / image.height == pytest.approx(WIDTH_MM / HEIGHT_MM, rel=0.01)
        assert made.words in {"Arrivées", "Présents"}


def test_columns_are_as_high_as_their_figures() -> None:
    made = PAINTER.columns([ChartPoint("a", 50), ChartPoint("b", 100)], "")
    image = Image.open(BytesIO(made.png)).convert("RGB")
    heights = [
        sum(image.getpixel((int(image.width * x), y)) == PETROL for y in range(image.height))
        for x in (0.3, 0.77)
    ]
    assert heights[1] == pytest.approx(2 * heights[0], rel=0.05)


@pytest.mark.parametrize("highest", [0, 1, 4, 5, 17, 40, 41, 999, 123_456])
def test_ticks_are_round_and_reach_the_top(highest: int) -> None:
    ticks = ticks_for(highest)
    top, marks = scale_of(highest)
    assert ticks[-1] >= highest
    assert (top, marks[-1]) == (top, top)
    assert top >= highest
    assert len(ticks) <= 4
    assert len(marks) <= 5


def test_page_charts_are_percents_of_the_room() -> None:
    chart = chart_of([Datum("9 h", 5, "", True), Datum("10 h", 10, "")], 20, "Jauge")
    assert [(mark.x, mark.y, mark.height) for mark in chart.marks] == [
        ("6%", "75%", "25%"), ("56%", "50%", "50%"),
    ]  # fmt: skip
    assert chart.limit is not None
    assert chart.limit.at == "0%"
    assert (chart.line, chart.area) == (
        "0,1000 500,750 1000,500", "0,1000 500,750 1000,500 1000,1000",
    )  # fmt: skip
    assert chart_of([]).is_empty
    assert chart_of([Datum("9 h", None, "")]).line == ""


def test_one_pixel_is_a_sound_image() -> None:
    image = Image.open(BytesIO(one_pixel((1, 2, 3))))
    image.load()
    assert (image.size, image.convert("RGB").getpixel((0, 0))) == ((1, 1), (1, 2, 3))


def test_a_picture_is_drawn_in_the_text_and_said_in_a_header() -> None:
    import docx

    document = docx.Document()
    document.add_paragraph("Voici {{ image }} et {{ image }}.")
    document.sections[0].header.paragraphs[0].text = "{{ image }}"
    file = BytesIO()
    document.save(file)
    picture = Picture("une barre & demie", one_pixel(), 40, 3)

    made = DocxDocumentRenderer().render(file.getvalue(), {"image": picture})

    opened = docx.Document(BytesIO(made))
    drawn = opened.element.body.xpath(".//wp:inline")
    assert [round(one.extent.cx / 36_000) for one in drawn] == [40, 40]
    assert opened.element.body.xpath(".//wp:docPr/@descr") == ["une barre & demie"] * 2
    assert len(set(opened.element.body.xpath(".//wp:docPr/@id"))) == 2
    assert "une barre & demie" in opened.sections[0].header.paragraphs[0].text
    assert "Voici" in text_of(made)
