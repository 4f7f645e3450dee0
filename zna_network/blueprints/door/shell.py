"""What the door app is made of, for its service worker: every file, and a version that changes
with any of them."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from flask import url_for

# Relative to the static folder. The service worker's own file is not part of what it keeps.
_SOURCES = (
    "door/**/*",
    "js/fold.js",
    "css/tokens.css",
    "css/img/favicon.svg",
    "vendor/fonts/*",
    "vendor/zxing/**/*",
)
_LEFT_OUT = frozenset({"door/service_worker.js", "vendor/fonts/LICENSE", "vendor/zxing/LICENSE"})


def service_worker(static_folder: Path, documents: dict[str, str]) -> str:
    """The worker's script. ``documents``: the pages of the app and their content, by address.
    The browser looks for a new version by comparing scripts, so what the version covers is all
    that the app is made of."""
    files = shell_files(static_folder)
    addresses = [*documents, *(url_for("static", filename=name) for name in files)]
    script = (static_folder / "door" / "service_worker.js").read_text(encoding="utf-8")
    version = _version(static_folder, files, documents.values())
    return (
        f"const VERSION = {json.dumps(version)};\nconst SHELL = {json.dumps(addresses)};\n{script}"
    )


def shell_files(static_folder: Path) -> list[str]:
    found = {
        path.relative_to(static_folder).as_posix()
        for pattern in _SOURCES
        for path in static_folder.glob(pattern)
        if path.is_file()
    }
    return sorted(found - _LEFT_OUT)


def _version(static_folder: Path, files: list[str], documents: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for text in documents:
        digest.update(text.encode())
    for name in files:
        digest.update(name.encode() + b"\0" + (static_folder / name).read_bytes())
    return digest.hexdigest()[:16]
