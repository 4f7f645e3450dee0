"""What the check says of the tags of an uploaded template, and where."""

import time

import pytest
from docx.document import Document

from tests.factories.docx_files import SAMPLE, docx_made_by, docx_with, docx_with_rows
from tests.unit.adapters.docx_checks import RENDERER, check, only
from zna_network.adapters.docx_tags import MAX_PROBLEMS, scan


@pytest.mark.parametrize(
    "text",
    [
        "Sans balise : 100 % { entre accolades }",
        "{{ reunion.date }}, {{ reunion.titre|majuscules }}",
        "{{reunion.date|capitale}}{#jamais imprimé#}",
        "{% if reunion.visio %}{{ reunion.visio }}{% elif presents %}x{% else %}y{% endif %}",
        "{% if presents and not instance.est_copil or reunion.date == 'x' %}ok{% endif %}",
        "{% if presents|compter > 1 %}{{ presents|compter }}{% endif %}",
        "{% for p in presents %}{{ loop.index }}. {{ p.nom }}{% if not loop.last %}, "
        "{% endif %}{% else %}personne{% endfor %}",
        "{% for p in presents if p.organisme %}{{ p.nom }}{% endfor %}",
        "{% for p in points %}{% for a in p.paragraphes %}{{ a.texte }}{% endfor %}{% endfor %}",
        "{{ reunion.visio if reunion.visio else 'sans visio' }} {{ reunion.visio or '–' }}",
        "{% if reunion.date == ‘x’ %}{% endif %}",
    ],
)
def test_well_written_template_has_no_problem(text: str) -> None:
    assert check(docx_with(text)) == []


def test_paragraph_and_row_tags_are_understood() -> None:
    paragraphs = docx_with(
        "{%p for point in points %}",
        "{%p for alinea in point.paragraphes %}",
        "{%p if alinea.puce %}",
        "{{ alinea.texte }}",
        "{%p else %}",
        "– {{ alinea.texte }}",
        "{%p endif %}",
        "{%p endfor %}",
        "{%p endfor %}",
    )
    rows = docx_with_rows(
        ("{%tr for p in presents %}", ""),
        ("{{ p.nom }}", "{{ p.fonction }}"),
        ("", "{%tr endfor %}"),
    )
    assert check(paragraphs) == []
    assert check(rows) == []


@pytest.mark.parametrize(
    ("tag", "suggested"),
    [
        ("{{ reunion.dat }}", "reunion.date"),
        ("{{ réunion.date }}", "reunion.date"),
        ("{{ Reunion.Date }}", "reunion.date"),
        ("{{ date }}", "reunion.date"),
        ("{{ instances.nom }}", "instance.nom"),
        ("{{ present|compter }}", "presents"),
        ("{% for p in presents %}{{ p.prenom }}{% endfor %}", "p.nom"),
        ("{% if reunion.vizio %}x{% endif %}", "reunion.visio"),
    ],
)
def test_unknown_name_suggests_the_nearest(tag: str, suggested: str) -> None:
    problem = only(docx_with("Introduction", f"Texte {tag} suite"))

    assert f"est inconnu : vouliez-vous dire « {suggested} » ?" in problem.message
    assert problem.line == 2
    assert problem.excerpt in tag


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ zzz.qqq }}", "« zzz.qqq » est inconnu : voyez la liste des balises"),
        ("{{ reunion.date }", "il manque « }} » dans le paragraphe"),
        ("{% if presents", "il manque « %} » dans le paragraphe"),
        ("{# oubli", "il manque « #} » dans le paragraphe"),
        ("{{ reunion.date {{ reunion.titre }}", "La balise n’est pas fermée"),
        ("reunion.date }}", "« }} » ferme une balise qui n’a pas été ouverte"),
        ("{ reunion.date }", "Une valeur s’écrit entre deux accolades"),
        ("{{ }}", "La balise est vide"),
        ("{{- reunion.date }}", "Les tirets collés aux accolades"),
        ("{{ " + "x" * 300 + " }}", "La balise est trop longue"),
        ("{{ reunion date }}", "un mot en trop ou mal placé"),
        ("{{ reunion.date.year }}", "est une valeur simple"),
        ("{{ presents }}", "« presents » est une liste : parcourez-la"),
        ("{{ presents.nom }}", "« nom » se lit sur chacun de ses éléments"),
        ("{{ reunion }}", "précisez laquelle (reunion.date, reunion.titre, reunion.visio…)"),
        ("{{ reunion.date|upper }}", "Filtres permis : majuscules, minuscules, capitale, compter"),
        ("{{ reunion.date|majuscules(1) }}", "s’emploie sans parenthèses"),
        ("{{ reunion.date|compter }}", "ne s’applique qu’à une liste"),
        ("{{ presents|majuscules }}", "ne s’applique qu’à un texte"),
        ("{% if reunion.date == « x » %}{% endif %}", "Les guillemets français"),
        ("{% for p in reunion.date %}{{ p }}{% endfor %}", "n’est pas une liste"),
        ("{% for p in reunion %}{{ p }}{% endfor %}", "n’est pas une liste"),
        ("{% for p on presents %}{{ p.nom }}{% endfor %}", "« for élément in liste »"),
        ("{% for a, b in presents %}x{% endfor %}", "avec un seul nom"),
        ("{% for reunion in presents %}x{% endfor %}", "est déjà le nom d’une valeur"),
        (
            "{% for p in presents %}{% for q in presents %}x{% endfor %}{% endfor %}",
            "doit parcourir une liste de son élément",
        ),
        ("{% for p in presents %}{% endfor %}{{ p.nom }}", "que dans la boucle « for p in … »"),
        ("{% for p in presents %}", "« for » n’est pas fermé : il manque « endfor »"),
        ("{% if presents %}", "« if » n’est pas fermé : il manque « endif »"),
        ("{% endif %}", "ferme un « if » qui n’a pas été ouvert"),
        ("{% else %}", "« else » n’est pas dans un « if »"),
        ("{% elif presents %}", "« elif » n’est pas dans un « if »"),
        ("{% if presents %}{% endfor %}{% endif %}", "« endfor » est arrivé avant « endif »"),
        ("{% set x = 1 %}", "« set » n’est pas une instruction permise"),
        ("{% include 'x' %}", "« include » n’est pas une instruction permise"),
        ("{%tr for p in presents %}{%tr endfor %}", "doit être dans une ligne de tableau"),
        ("avant {%p if presents %}", "seule dans son paragraphe"),
        ("{% p if presents %}", "« {%p » sans espace"),
        ("{{r reunion.date }}", "n’est pas permis dans un modèle"),
        ("{%tc for p in presents %}", "n’est pas permis dans un modèle"),
        ("{% vm %}", "« vm » n’est pas une instruction permise"),
    ],
)
def test_mistake_is_explained_with_its_place(text: str, message: str) -> None:
    problems = check(docx_with("Premier", "Deuxième", text))

    assert any(message in problem.message for problem in problems), problems
    assert all(problem.line == 3 for problem in problems)
    assert all(problem.excerpt and problem.excerpt in text for problem in problems)


@pytest.mark.parametrize(
    "text",
    [
        "{{ reunion.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ reunion['date'] }}",
        "{{ reunion.date.upper() }}",
        "{{ lipsum(5) }}",
        "{{ cycler('a') }}",
        "{% for i in range(1000000000) %}x{% endfor %}",
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 999999999 }}",
        "{{ [1, 2] }}",
        "{{ reunion.date ~ reunion.titre }}",
        "{% if reunion is defined %}{% endif %}",
        "{% for p in presents recursive %}x{% endfor %}",
    ],
)
def test_nothing_can_be_called_nor_computed(text: str) -> None:
    started = time.perf_counter()
    problems = check(docx_with(text))

    assert problems
    assert all(problem.line == 1 for problem in problems)
    assert time.perf_counter() - started < 5


def test_attributes_of_python_are_out_of_reach_whatever_the_values() -> None:
    sample = {**SAMPLE, "reunion": {"_prive": "x"}}

    (problem,) = RENDERER.check(docx_with("{{ reunion._prive }}"), sample)
    assert "n’est pas permise" in problem.message


def test_every_problem_is_found_at_once_in_reading_order() -> None:
    package = docx_with(
        "{{ a.b }} {{ reunion.titr }}", "juste", "{{ c }}", "{%p for p in presents %}"
    )

    assert [(problem.line, problem.excerpt) for problem in check(package)] == [
        (1, "{{ a.b }}"),
        (1, "{{ reunion.titr }}"),
        (3, "{{ c }}"),
        (4, "{%p for p in presents %}"),
    ]


def test_thousands_of_unclosed_tags_are_refused_quickly() -> None:
    started = time.perf_counter()
    problems = check(docx_with(*["{{ x" * 200] * 300))

    assert 0 < len(problems) <= 50
    assert time.perf_counter() - started < 10


def test_reading_stops_after_twenty_unclosed_tags() -> None:
    assert len(scan("{{ x" * 500_000).problems) == MAX_PROBLEMS == 20


def test_too_many_blocks_inside_one_another_are_refused() -> None:
    text = ["{%p if presents %}"] * 30 + ["x"] + ["{%p endif %}"] * 30

    assert any("les uns dans les autres" in problem.message for problem in check(docx_with(*text)))


def test_document_made_by_hand_with_default_styles_is_accepted() -> None:
    def build(document: Document) -> None:
        document.add_heading("Réunion du {{ reunion.date }}", 1)
        document.add_paragraph("{{ presents|compter }} présents", style="List Bullet")
        document.add_page_break()

    assert check(docx_made_by(build)) == []
