"""QR codes as rows of modules, with the qrcode library."""

from itertools import groupby

QUIET_ZONE = 4  # modules of white around the code, ISO/IEC 18004


def modules(payload: str, *, mask: int | None = None) -> list[list[bool]]:
    """The rows of modules, quiet zone included, at correction level M: still read with 15 % of it
    creased or stained. True is dark.

    ``mask`` skips the search for the best of the eight masks, which is most of the time that a
    code takes: any reader takes any mask. Raises ValueError when ``payload`` is empty or too
    long."""
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.exceptions import DataOverflowError

    if not payload:
        raise ValueError("Un code QR vide n’a pas de sens.")
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE, mask_pattern=mask)
    code.add_data(payload)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        raise ValueError("Ce texte est trop long pour un code QR.") from error
    return [[bool(module) for module in row] for row in code.get_matrix()]


def dark_runs(rows: list[list[bool]]) -> str:
    """The dark modules as an SVG path, one piece per run."""
    path = []
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            width = len(list(run))
            if dark:
                path.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return "".join(path)
