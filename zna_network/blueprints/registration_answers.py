"""What a visitor's form says, whoever fills it in: the person, or the desk for them."""

from typing import Any

from zna_network.services.registration_values import RegistrationData


def registration_data(form: Any, language: str) -> RegistrationData:
    """``form`` has the fields of ``RegistrationData``, the language aside."""
    return RegistrationData(
        name=form.name.data or "",
        email=form.email.data or "",
        phone=form.phone.data or "",
        place=form.place.data or "",
        age_band=form.age_band.data or "",
        target_group=form.target_group.data or "",
        reasons=tuple(form.reasons.data or ()),
        needs=tuple(form.needs.data or ()),
        companions=form.companions.data,
        note=form.note.data or "",
        language=language,
    )
