"""What the offline app of the handovers is made of, for its service worker: its page, and every
file that the page needs."""

import hashlib
import json
import re
from pathlib import Path

from flask import url_for

_LINKED = re.compile(r'(?:href|src)="(/static/[^"?#]+)"')
_BESIDE = ("js/*.js", "js/handover/*.js", "vendor/fonts/*.woff2", "vendor/icons.svg")
_WORKER = "js/handover/service_worker.js"


def service_worker(static_folder: Path, address: str, page: str) -> str:
    """The worker's script. The browser looks for a new version by comparing scripts, so what the
    version covers is all that the app is made of."""
    files = shell_files(static_folder, page)
    version = _version(static_folder, files, page)
    shell = [address, *(url_for("static", filename=name) for name in files)]
    script = (static_folder / _WORKER).read_text(encoding="utf-8")
    return f"const VERSION = {json.dumps(version)};\nconst SHELL = {json.dumps(shell)};\n{script}"


def shell_files(static_folder: Path, page: str) -> list[str]:
    """Relative to the static folder: what the page links to, and what that loads in its turn."""
    prefix = url_for("static", filename="")
    linked = {found.removeprefix(prefix) for found in _LINKED.findall(page)}
    beside = {
        path.relative_to(static_folder).as_posix()
        for pattern in _BESIDE
        for path in static_folder.glob(pattern)
    }
    return sorted((linked | beside) - {_WORKER})


def _version(static_folder: Path, files: list[str], page: str) -> str:
    digest = hashlib.sha256(page.encode())
    for name in files:
        digest.update(name.encode() + b"\0" + (static_folder / name).read_bytes())
    return digest.hexdigest()[:16]
