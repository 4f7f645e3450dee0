"""In which language a page speaks: the one that its reader chose, or that their browser asks for.

Only the areas that say so are translated; all the others speak French."""

from typing import Any

from flask import Blueprint, Flask, g, has_request_context, request, session, url_for
from flask_babel import gettext

from zna_network.services.languages import (
    FRENCH,
    LANGUAGES,
    Language,
    day_in,
    find_language,
    hour_in,
    language_of,
)

PARAMETER = "langue"
PUBLIC_PREFIX = "/forum/"
_KEPT = "langue"
_translated: set[str] = set()


def translated(blueprint: Blueprint) -> None:
    """The pages of this area are in the catalogues."""
    _translated.add(blueprint.name)


def translated_page(endpoint: str) -> None:
    """This page is, in an area whose other pages speak French."""
    _translated.add(endpoint)


def page_language() -> Language:
    """The language of this request's page, chosen once."""
    if not has_request_context():
        return FRENCH
    if "zna_language" not in g:
        g.zna_language = _chosen() if _is_translated() else FRENCH
    language: Language = g.zna_language
    return language


def _is_translated() -> bool:
    """An address that means nothing is of no area: below the public's, its page is theirs."""
    if request.url_rule is None:
        return request.path.startswith(PUBLIC_PREFIX)
    return request.blueprint in _translated or request.endpoint in _translated


def speak(code: str) -> None:
    """For a page about somebody whose language is known, when its reader has chosen none."""
    if request.args.get(PARAMETER) is None and _KEPT not in session:
        g.zna_language = language_of(code)


def _chosen() -> Language:
    """What the address asks for is remembered by the session's cookie, needed for nothing else
    here; then the browser's own preference."""
    asked = find_language(request.args.get(PARAMETER, ""))
    if asked is not None:
        session[_KEPT] = asked.code
        return asked
    kept = find_language(session.get(_KEPT, ""))
    if kept is not None:
        return kept
    tags = list(dict.fromkeys(language.tag for language in LANGUAGES))
    best = request.accept_languages.best_match(tags, default=FRENCH.tag)
    return next(language for language in LANGUAGES if language.tag == best)


def select_locale() -> str:
    """Flask-Babel's locale selector."""
    return page_language().locale


def install(app: Flask) -> None:
    app.context_processor(_page_values)
    app.jinja_env.globals.update(
        page_language=page_language,
        language_choices=language_choices,
        told=told,
        day_told=lambda day: day_in(page_language(), day),
        hour_told=lambda hour: hour_in(page_language(), hour),
    )


def told(message: str) -> str:
    """A message marked by ``to_translate``, in the page's language."""
    return str(gettext(message)) if message else ""


def language_choices() -> list[tuple[Language, str, bool]]:
    """Each language, the address of this page in it, and whether it is the present one; nothing
    where the page answers a sending that has no page of its own."""
    if request.url_rule is None or "GET" not in (request.url_rule.methods or ()):
        return []
    values: dict[str, Any] = {key: request.args.getlist(key) for key in request.args}
    values = {key: value for key, value in values.items() if not key.startswith("_")}
    values.update(request.view_args or {})
    current = page_language()
    return [
        (
            language,
            url_for(request.endpoint or "", **{**values, PARAMETER: language.code}),
            language == current,
        )
        for language in LANGUAGES
    ]


def _page_values() -> dict[str, Any]:
    return {"language": page_language()}
