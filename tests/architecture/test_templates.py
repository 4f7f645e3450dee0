"""House rules of the templates: they parse, run under our strict CSP, and import what they use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tools.vendor import icon_names

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
ALL = sorted(path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt"})
# Mail readers know inline styles only, and no policy of ours applies to them.
PAGES = [path for path in ALL if path.suffix == ".html" and "emails" not in path.parts]

INLINE = re.compile(
    r"""<[a-z][^>]*\s(?:style|on[a-z]+)\s*=|<style\b|<script\b(?![^>]*\bsrc=)|["']\s*javascript:""",
    re.IGNORECASE,
)
ICON = re.compile(
    r"""\b(?:icon|svg)\(\s*'([\w-]+)'|\bicon['"]?\s*[=:]\s*'([\w-]+)'""",
)


def name(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


def parse(path: Path) -> nodes.Template:
    # A filter that is not registered fails when a page is compiled, not here.
    return Environment(autoescape=True).parse(path.read_text(encoding="utf-8"), name(path))


def without_comments(path: Path) -> str:
    return re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def unused_imports(template: nodes.Template) -> set[str]:
    imported: set[str] = set()
    for node in template.find_all(nodes.FromImport):
        imported |= {item[1] if isinstance(item, tuple) else item for item in node.names}
    imported |= {node.target for node in template.find_all(nodes.Import)}
    used = {node.name for node in template.find_all(nodes.Name) if node.ctx == "load"}
    return imported - used


def test_there_are_templates_to_check() -> None:
    assert "layouts/base.html" in {name(path) for path in PAGES}


def test_every_template_says_something_and_uses_what_it_imports() -> None:
    parsed = {name(path): parse(path) for path in ALL}
    assert [path for path, template in parsed.items() if not template.body] == []
    unused = {path: unused_imports(template) for path, template in parsed.items()}
    assert {path: names for path, names in unused.items() if names} == {}


def test_no_page_has_an_inline_style_or_script() -> None:
    """The CSP refuses them."""
    found = {name(path): INLINE.search(without_comments(path)) for path in PAGES}
    assert {path: match[0] for path, match in found.items() if match} == {}


def test_every_icon_is_in_the_sprite() -> None:
    """One that is not goes to ICONS in tools/vendor.py."""
    known = icon_names()
    asked = {
        (first or second, name(path))
        for path in PAGES
        for first, second in ICON.findall(without_comments(path))
    }
    assert {(icon, path) for icon, path in asked if icon not in known} == set()


def test_every_style_sheet_is_linked() -> None:
    linked = {
        sheet
        for path in ALL
        for sheet in re.findall(r"'(css/[\w-]+\.css)'", path.read_text(encoding="utf-8"))
    }
    assert {f"css/{path.name}" for path in (ROOT / "static" / "css").glob("*.css")} == linked


@pytest.mark.parametrize(
    "source",
    [
        '<p style="color:red">',
        "<a href='#' onclick='go()'>",
        "<script>go()</script>",
        '<script type="module">go()</script>',
        '<a href="javascript:go()">',
        "<style>p{}</style>",
    ],
)
def test_inline_rule_sees_what_it_forbids(source: str) -> None:
    assert INLINE.search(source)


def test_import_rule_sees_an_unused_macro() -> None:
    source = "{% from 'x.html' import field, submit as send %}{{ field(1) }}"
    assert unused_imports(Environment(autoescape=True).parse(source)) == {"send"}
