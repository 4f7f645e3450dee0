"""What the check says of a template."""

from tests.factories.docx_files import SAMPLE
from zna_network.adapters.docx_documents import DocxDocumentRenderer
from zna_network.ports.documents import TemplateProblem

RENDERER = DocxDocumentRenderer()


def check(package: bytes) -> list[TemplateProblem]:
    return RENDERER.check(package, SAMPLE)


def only(package: bytes) -> TemplateProblem:
    problems = check(package)
    assert len(problems) == 1, problems
    return problems[0]
