"""What looks like a social security number or a bank account is refused; what people write is not.
The numbers are of nobody: their keys are right and their parts invented."""

import pytest

from zna_network.services.errors import InvalidError
from zna_network.services.sensitive_text import ACCOUNT_REFUSED, NIR_REFUSED, refuse_sensitive


@pytest.mark.parametrize(
    "text",
    [
        "261056204100123",
        "2 61 05 62 041 001 23",
        "Son numéro : 2.61.05.62.041.001, à rappeler",
        "carte 1-85-05-2A-041-001-23",
        "185052b04100123",
        "NIR:1850562041001.",
        "2\u00a061\u00a005\u00a062\u00a0041\u00a0001",
        "né en 1985 20 00 261056204100123 rue",
        "7 85 20 99 351 001 06",
        "26 10 56 20 41 00 103",  # cut anyhow, with its key
    ],
)
def test_a_social_security_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        refuse_sensitive(text, field="need")
    assert (refusal.value.message, refusal.value.field) == (NIR_REFUSED, "need")


@pytest.mark.parametrize(
    "text",
    [
        "FR14 2004 1010 0505 0001 3M02 606",
        "fr1420041010050500013m02606",
        "Verser sur FR1420041010050500013M02606, merci",
        "FR00 2004 1010 0505 0001 3M02 606",  # the key is wrong: somebody mistyped theirs
        "BE68 5390 0754 7034",
        "DE89370400440532013000",
        "IBAN : GB82 WEST 1234 5698 7654 32",
        "20041 01005 0500013M026 06",
        "RIB 20041-01005-0500013M026-06",
    ],
)
def test_a_bank_account_is_refused(text: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        refuse_sensitive(text, field="note")
    assert (refusal.value.message, refusal.value.field) == (ACCOUNT_REFUSED, "note")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Rappeler au 06 39 98 00 01 ou au 03 21 00 00 00 après 18 h",
        "+33 6 39 98 00 01, +32 470 12 34 56",
        "Deux enfants de 12 et 15 ans, loyer 512,40 €, dette de 1 250 € depuis le 05/10/2026",
        "SIRET 200 033 579 00018",
        "Dossier CAF 1234567, allocataire 7654321 A",
        "Orientation O-00042, dossier D-7K3QF2, badge 0042",
        "Du 01/02/2026 au 28/02/2026, 09:00-12:00, 14:00-17:00",
        "Le 2 rue de la Paix 62000 Arras, 3e étage, digicode 12B45",
        "1 2 3 4 5 6 7 8 9 10 11 12",
        "Appeler le 06 39 98 00 01 06 39 98 00 02",
        "03 21 55 66 77/06 39 98 00 01",
        "L’ASPA, l’APL et la C2S lui sont inconnues",
    ],
)
def test_what_people_write_passes(text: str) -> None:
    assert refuse_sensitive(text, field="need") == text
