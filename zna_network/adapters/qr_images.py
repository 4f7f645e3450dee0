"""QR codes as inline SVG, with the qrcode library."""

from itertools import groupby

QUIET_ZONE = 4  # modules of white around the code, ISO/IEC 18004


class SvgQrCodes:
    """QR codes at correction level M: still read with 15 % of the badge creased or stained.

    The library's own SVG draws each module alone and gives every image the same id; a sheet of
    badges needs runs (a quarter of the size) and no id.
    """

    def svg(self, payload: str) -> str:
        """An inline SVG image of ``payload``, one unit per module, 1 mm where CSS says nothing.

        Raises ValueError when ``payload`` is empty or too long for a QR code.
        """
        rows = _modules(payload)
        side = len(rows)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}mm" height="{side}mm" '
            f'viewBox="0 0 {side} {side}" role="img" aria-label="Code QR" '
            f'shape-rendering="crispEdges">'
            f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
            f'<path d="{_dark_runs(rows)}"/></svg>'
        )


def _modules(payload: str) -> list[list[bool]]:
    """The rows of modules, quiet zone included; True is dark."""
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.exceptions import DataOverflowError

    if not payload:
        raise ValueError("Un code QR vide n’a pas de sens.")
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(payload)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        raise ValueError("Ce texte est trop long pour un code QR.") from error
    return [[bool(module) for module in row] for row in code.get_matrix()]


def _dark_runs(rows: list[list[bool]]) -> str:
    path = []
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            width = len(list(run))
            if dark:
                path.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return "".join(path)
