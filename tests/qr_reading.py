"""Printed documents, looked at as a reader of codes and a reader of text would."""

import pypdfium2
import zxingcpp


def codes_in_pdf(content: bytes) -> list[str]:
    """The payloads of the QR codes on every page, in no order, drawn at 150 points an inch."""
    with pypdfium2.PdfDocument(content) as document:
        pages = [page.render(scale=150 / 72, grayscale=True).to_pil() for page in document]
    return [code.text for page in pages for code in zxingcpp.read_barcodes(page)]


def text_in_pdf(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(pages).split())


def pages_in_pdf(content: bytes) -> int:
    with pypdfium2.PdfDocument(content) as document:
        return len(document)
