"""The smallest image there is: one pixel, to be stretched into a bar."""

import struct
import zlib

PETROL = (0x1A, 0x61, 0x73)


def one_pixel(colour: tuple[int, int, int] = PETROL) -> bytes:
    """A PNG of one pixel of that colour (PNG specification, third edition)."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(b"\0" + bytes(colour))
    chunks = ((b"IHDR", header), (b"IDAT", pixel), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
