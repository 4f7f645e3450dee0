"""QR codes as images."""

from io import BytesIO

from zna_network.adapters.qr_matrix import dark_runs, modules

PIXELS = 12  # a side of a module: crisp on paper at 4 cm, some 2 kB


class SvgQrCodes:
    """The qrcode library's own SVG draws each module alone and gives every image the same id; a
    page needs runs (a quarter of the size) and no id."""

    def svg(self, payload: str) -> str:
        """An inline SVG image of ``payload``, one unit per module, 1 mm where CSS says nothing.

        Raises ValueError when ``payload`` is empty or too long for a QR code.
        """
        rows = modules(payload)
        side = len(rows)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}mm" height="{side}mm" '
            f'viewBox="0 0 {side} {side}" role="img" aria-label="Code QR" '
            f'shape-rendering="crispEdges">'
            f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
            f'<path d="{dark_runs(rows)}"/></svg>'
        )

    def png(self, payload: str) -> bytes:
        from PIL import Image

        rows = modules(payload)
        side = len(rows)
        image = Image.new("1", (side, side), 1)
        image.putdata([0 if dark else 1 for row in rows for dark in row])
        file = BytesIO()
        image.resize((side * PIXELS, side * PIXELS)).save(file, "PNG", optimize=True)
        return file.getvalue()
