"""What a template may not carry: macros, embedded objects, links to other files, tracked changes.

A template is filled and mailed to partners: nothing in it may run, fetch or reveal anything.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element

from zna_network.adapters.docx_archive import ArchiveError, open_package
from zna_network.adapters.docx_fields import refused_fields
from zna_network.adapters.docx_xml import UnsafeXmlError, W, local_name, parse
from zna_network.ports.documents import TemplateProblem

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_DOTX = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
_PHOTOS = frozenset({".png", ".jpg", ".jpeg", ".jfif", ".gif", ".bmp", ".tif", ".tiff"})
_DRAWINGS = frozenset({".emf", ".wmf", ".svg"})
_SUFFIXES = _PHOTOS | _DRAWINGS | {".xml", ".rels", ".odttf", ".ttf"}
_EMBEDDED = frozenset({"oleobject", "package", "control", "afchunk", "subdocument", "frame"})
_ACTIVE = frozenset({"vbaproject", "wordvbadata", "activexcontrolbinary", "extensibility"})
_LINKED = frozenset({"attachedtemplate", "mailmergesource", "mailmergeheadersource"})
_EMBEDDED_ELEMENTS = frozenset({"object", "OLEObject", "control", "altChunk", "subDoc"})
_TRACKED = (f"{W}ins", f"{W}del", f"{W}moveFrom", f"{W}moveTo")

_MACROS = (
    "Le fichier contient des macros, qui ne sont pas permises : enregistrez-le au format .docx."
)
_OBJECT = (
    "Le modèle contient un objet incorporé (classeur, objet OLE, contrôle ou autre document) : "
    "remplacez-le par du texte, un tableau ou une image."
)
_CHANGES = (
    "Le modèle contient des modifications suivies, qui seraient envoyées aux destinataires : "
    "acceptez-les ou refusez-les toutes (onglet Révision), puis recommencez."
)


@lru_cache(maxsize=8)
def package_problems(template: bytes) -> tuple[TemplateProblem, ...]:
    """What forbids opening ``template``, whatever its placeholders; empty when it is safe.

    Kept for the last templates seen, since one is filled many times: for each letter.
    """
    try:
        entries = open_package(template)
    except ArchiveError as error:
        return (TemplateProblem(None, "", str(error)),)
    found = dict.fromkeys((*_entry_problems(entries), *_xml_problems(entries)))
    return tuple(TemplateProblem(None, excerpt[:120], message) for excerpt, message in found)


def _entry_problems(entries: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    types = entries["[Content_Types].xml"].decode("utf-8", errors="replace")
    if "macroEnabled" in types or any("vbaproject" in name.lower() for name in entries):
        yield "", _MACROS
    elif _DOTX in types:
        yield (
            "",
            "Le fichier est au format « Modèle Word (.dotx) » : enregistrez-le au format .docx.",
        )
    elif _MAIN not in types:
        yield "", "Le fichier n’est pas un document Word (.docx)."
    elif b"purl.oclc.org/ooxml" in entries.get("_rels/.rels", b""):
        yield (
            "",
            "Le fichier est au format « Open XML strict » : enregistrez-le au format "
            "« Document Word (.docx) ».",
        )
    for name in entries:
        path = PurePosixPath(name.lower())
        if "embeddings" in path.parts or "activex" in path.parts:
            yield name, _OBJECT
        elif (
            f".{path.name.rpartition('.')[2]}" not in _SUFFIXES
            and "printersettings" not in path.parts
        ):
            yield name, f"Le fichier contient un élément inattendu : « {path.name} »."


def _xml_problems(entries: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    for name, content in entries.items():
        if not name.lower().endswith((".xml", ".rels", ".svg")):
            continue
        try:
            root = parse(content)
        except UnsafeXmlError as error:
            yield name, f"Le fichier « {name} » du document {error}."
            continue
        if name.endswith(".rels"):
            yield from _relationship_problems(root)
        elif name.startswith("word/"):
            yield from _content_problems(root)


def _relationship_problems(root: Element) -> Iterator[tuple[str, str]]:
    for relationship in root:
        kind = relationship.get("Type", "").rpartition("/")[2].lower()
        target = relationship.get("Target", "")
        if kind in _ACTIVE:
            yield target, _MACROS
        elif kind in _EMBEDDED:
            yield target, _OBJECT
        elif kind in _LINKED:
            yield (
                target,
                "Le document est lié à un autre fichier (modèle attaché ou publipostage) : "
                "supprimez ce lien dans Word, puis recommencez.",
            )
        elif relationship.get("TargetMode", "").lower() == "external":
            yield from _external_problem(kind, target)


def _external_problem(kind: str, target: str) -> Iterator[tuple[str, str]]:
    if kind != "hyperlink":
        yield (
            target,
            "Le document va chercher un élément hors du fichier (image ou document lié) : "
            "insérez-le dans le document au lieu de le lier.",
        )
    elif "{{" in target or "%7b%7b" in target.lower():
        yield (
            target,
            "Un lien du document contient une balise : retirez le lien et écrivez la balise comme "
            "un texte, l’adresse obtenue sera cliquable.",
        )
    elif not target.lower().startswith(("http://", "https://", "mailto:", "#")):
        yield (
            target,
            "Un lien du document ne mène ni à une page web ni à une adresse de courriel.",
        )


def _content_problems(root: Element) -> Iterator[tuple[str, str]]:
    for instruction in refused_fields(root):
        yield instruction, "Le document contient un champ Word qui n’est pas permis."
    if any(local_name(element.tag) in _EMBEDDED_ELEMENTS for element in root.iter()):
        yield "", _OBJECT
    if any(next(root.iter(tag), None) is not None for tag in _TRACKED):
        yield "", _CHANGES
