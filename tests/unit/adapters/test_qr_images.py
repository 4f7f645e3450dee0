"""QR codes: what is drawn, module by module."""

import re
from xml.etree import ElementTree as ET

import pytest
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

from zna_network.adapters.qr_images import SvgQrCodes
from zna_network.adapters.qr_matrix import QUIET_ZONE

PAYLOAD = "ZNA1:k3Jq0mXv2bN8sT5wYz7dLg"
SVG = "{http://www.w3.org/2000/svg}"
FINDER = [
    "#######",
    "#.....#",
    "#.###.#",
    "#.###.#",
    "#.###.#",
    "#.....#",
    "#######",
]


def _drawn(svg: str) -> list[str]:
    """The picture as rows of # and dots, painted from the path."""
    root = ET.fromstring(svg)
    side = int(root.attrib["viewBox"].split()[2])
    rows = [["."] * side for _ in range(side)]
    [_background, dark] = root.findall(f"{SVG}path")
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", dark.attrib["d"])
    assert "".join(f"M{x} {y}h{w}v1h-{back}z" for x, y, w, back in runs) == dark.attrib["d"]
    for x, y, width, back in runs:
        assert width == back
        for column in range(int(x), int(x) + int(width)):
            rows[int(y)][column] = "#"
    return ["".join(row) for row in rows]


def test_every_module_is_drawn() -> None:
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(PAYLOAD)
    expected = ["".join("#" if dark else "." for dark in row) for row in code.get_matrix()]
    assert _drawn(SvgQrCodes().svg(PAYLOAD)) == expected


def test_the_code_has_its_three_corners_and_white_around() -> None:
    rows = _drawn(SvgQrCodes().svg(PAYLOAD))
    side = len(rows)
    inner = [row[QUIET_ZONE : side - QUIET_ZONE] for row in rows[QUIET_ZONE : side - QUIET_ZONE]]
    assert [row[:7] for row in inner[:7]] == FINDER
    assert [row[-7:] for row in inner[:7]] == FINDER
    assert [row[:7] for row in inner[-7:]] == FINDER
    assert sum(row.count("#") for row in rows) == sum(row.count("#") for row in inner)


def test_another_payload_gives_another_image() -> None:
    assert SvgQrCodes().svg(PAYLOAD) != SvgQrCodes().svg(PAYLOAD.swapcase())


def test_the_image_can_be_repeated_in_a_page() -> None:
    svg = SvgQrCodes().svg(PAYLOAD)
    assert len(svg) < 6000
    assert svg == SvgQrCodes().svg(PAYLOAD)
    root = ET.fromstring(svg)
    assert {element.tag for element in root.iter()} == {f"{SVG}svg", f"{SVG}path"}
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not {
        name for name in attributes if name == "id" or "href" in name or name.startswith("on")
    }
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == "Code QR"


def test_markup_in_the_payload_stays_out_of_the_image() -> None:
    assert "script" not in SvgQrCodes().svg("<script>alert(1)</script>")


@pytest.mark.parametrize("payload", ["", "x" * 3000])
def test_impossible_payloads_are_refused(payload: str) -> None:
    with pytest.raises(ValueError, match="code QR"):
        SvgQrCodes().svg(payload)


def test_accents_fit() -> None:
    assert len(_drawn(SvgQrCodes().svg("https://zna.example/é" * 10))) > 40
