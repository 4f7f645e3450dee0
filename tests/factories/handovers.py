"""Handovers as a phone or a form would give them, and pictures to send with them."""

from datetime import datetime
from io import BytesIO
from uuid import uuid4

from PIL import Image

from zna_network.models.handover import Direction
from zna_network.services.van.handover_values import CheckedItem, HandoverData

SIGNATURE = "[[[40,100],[120,60],[200,140],[320,80]],[[330,120],[420,100]]]"
ALL_FINE = tuple(CheckedItem(label, True) for label in ("Carrosserie", "Pneus", "Propreté"))


def handover_data(
    at: datetime, mileage: int | None, direction: Direction = Direction.OUT, **values: object
) -> HandoverData:
    """In order, signed by both."""
    given: dict[str, object] = {
        "client_id": str(uuid4()),
        "direction": direction,
        "at": at,
        "mileage": mileage,
        "energy_percent": 80,
        "checklist": ALL_FINE,
        "giver": "Agnès Garage",
        "receiver": "Basile Volant",
        "giver_signature": SIGNATURE,
        "receiver_signature": SIGNATURE,
        **values,
    }
    return HandoverData(**given)  # type: ignore[arg-type]


def photo_with_metadata(width: int = 2400, height: int = 1200) -> bytes:
    """A JPEG that says where it was taken, on its side as phones leave it."""
    image = Image.merge("RGB", [Image.effect_noise((width, height), 60) for _ in range(3)])
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010F] = "Telephone Fictif"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (50.0, 17.0, 30.0)
    output = BytesIO()
    image.save(output, "JPEG", quality=80, exif=exif)
    return output.getvalue()
