"""A phone set up at a stand, as the tests hold it: it seals as static/door/seal.js does."""

import base64
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select

from tests.door import Door
from tests.factories.forums import make_stand
from zna_network.config import Settings
from zna_network.models.door import Point
from zna_network.models.organisation import Organisation
from zna_network.models.stand import Stand
from zna_network.models.territory import Right
from zna_network.services import points
from zna_network.services.stand_seal import public_key


def sealed(settings: Settings, text: str, bound_to: str) -> str:
    key = public_key(settings)
    own = read_base64(key.public)
    drawn = ec.generate_private_key(ec.SECP256R1())
    point = drawn.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), own)
    agreed = drawn.exchange(ec.ECDH(), theirs)
    secret = HKDF(hashes.SHA256(), 32, salt=point + own, info=b"zna stand-seal 1").derive(agreed)
    nonce = secrets.token_bytes(12)
    closed = AESGCM(secret).encrypt(nonce, text.encode(), bound_to.encode())
    return written(bytes([1]) + read_base64(key.key_id) + point + nonce + closed)


def read_base64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class StandPhone:
    """At the stand of ``organisation``; what it seals is a whole referral, unless told otherwise."""

    settings: Settings
    token: str
    stand: Stand
    point: str
    receiver_id: int
    said: dict[str, Any] = field(default_factory=dict)

    def body(self, made_at: datetime, client_id: str = "", **said: Any) -> dict[str, Any]:
        """What is posted."""
        envelope = {
            "client_id": client_id or str(uuid4()),
            "made_at": made_at.isoformat(),
            "point": self.point,
        }
        content = {"receiver": self.receiver_id, "rights": ["RSA"], **self.said, **said}
        text = json.dumps({key: value for key, value in content.items() if value is not None})
        bound_to = "\n".join(envelope.values())
        return {**envelope, "sealed": sealed(self.settings, text, bound_to)}


def phone_at_stand(door: Door, receiver: Organisation, holder: Organisation) -> StandPhone:
    """A phone paired at the holder's stand, which is for the RSA."""
    ctx = door.ctx
    stand = make_stand(ctx.session, door.forum, holder)
    stand.rights = [ctx.session.get_one(Right, "RSA")]
    ctx.session.commit()
    points.keep_up_with_forum(ctx, door.forum.id)
    point = ctx.session.scalars(select(Point).where(Point.stand_id == stand.id)).one()
    token = door.paired(f"Téléphone du stand {stand.number}", point).token
    return StandPhone(ctx.settings, token, stand, point.code, receiver.id)
