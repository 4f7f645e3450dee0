"""What a stand's phone seals, and this server alone opens.

A phone draws a key pair for each sealing, agrees with the site's public key (ECDH, P-256), derives
a key from it (HKDF-SHA256) and encrypts with it (AES-256-GCM); the pair's private half is then
forgotten, so that the phone itself cannot read again what it keeps. The site's private key is
derived from its secret. ``static/door/seal.js`` is the other half.

Sealed text, in base64url without padding: 1 byte of version, 8 that name the site's key, 65 of the
phone's public point, 12 of nonce, then the encrypted text with its tag."""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from zna_network.config import Settings
from zna_network.services.errors import InvalidError

VERSION = 1
LONGEST = 40_000  # characters of base64url
PURPOSE = "stand-seal"
INFO = b"zna stand-seal 1"
FIELD = "sealed"
NOT_SEALED = "Cette orientation n’est pas scellée comme ce site l’attend."
OTHER_KEY = (
    "Cette orientation a été scellée pour un autre site, ou avant que la clé de celui-ci ne change."
)
TAMPERED = "Le contenu scellé de cette orientation est abîmé, ou n’est pas le sien."
_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_KEY_ID, _POINT, _NONCE, _TAG = 8, 65, 12, 16
_HEAD = 1 + _KEY_ID + _POINT + _NONCE


@dataclass(frozen=True)
class SealKey:
    """The public half, as a phone needs it: both in base64url, the point uncompressed."""

    key_id: str
    public: str


def public_key(settings: Settings) -> SealKey:
    point = _point_of(_private_key(settings).public_key())
    return SealKey(_written(_key_id(point)), _written(point))


def unseal(settings: Settings, sealed: str, bound_to: str) -> bytes:
    """The text that was sealed together with ``bound_to``, which is no secret but may not be
    changed either. Raises InvalidError (``sealed``)."""
    raw = _read(sealed)
    key = _private_key(settings)
    own = _point_of(key.public_key())
    if raw[1 : 1 + _KEY_ID] != _key_id(own):
        raise InvalidError(OTHER_KEY, field=FIELD)
    point = raw[1 + _KEY_ID : 1 + _KEY_ID + _POINT]
    nonce = raw[_HEAD - _NONCE : _HEAD]
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
        secret = _content_key(key.exchange(ec.ECDH(), theirs), point, own)
        return AESGCM(secret).decrypt(nonce, raw[_HEAD:], bound_to.encode())
    except (ValueError, InvalidTag):
        raise InvalidError(TAMPERED, field=FIELD) from None


def _read(sealed: str) -> bytes:
    """The whole of it, in one form only: a second spelling of the same bytes is refused."""
    if len(sealed) > LONGEST or not sealed.isascii():
        raise InvalidError(NOT_SEALED, field=FIELD)
    try:
        raw = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise InvalidError(NOT_SEALED, field=FIELD) from None
    if len(raw) <= _HEAD + _TAG or raw[0] != VERSION or _written(raw) != sealed:
        raise InvalidError(NOT_SEALED, field=FIELD)
    return raw


def _private_key(settings: Settings) -> ec.EllipticCurvePrivateKey:
    """384 bits are reduced, so that every key is as likely as another (FIPS 186-5, A.2.1)."""
    wide = HKDF(hashes.SHA256(), length=48, salt=None, info=INFO).derive(
        settings.derived_key(PURPOSE)
    )
    return ec.derive_private_key(int.from_bytes(wide) % (_ORDER - 1) + 1, _CURVE)


def _content_key(agreed: bytes, theirs: bytes, own: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length=32, salt=theirs + own, info=INFO).derive(agreed)


def _point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _key_id(point: bytes) -> bytes:
    return hashlib.sha256(point).digest()[:_KEY_ID]


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
