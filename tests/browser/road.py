"""The road between a phone and the site, which a test cuts, or on which the site looks newer: the
browser's own tools do not reach what a service worker fetches for itself."""

import http.client
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

_WORKER = "/porte/sw.js"
_OF_THE_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


class Road(ThreadingHTTPServer):
    """``is_cut``: nobody answers; ``is_api_cut``: only the files of the app come through;
    ``version``: what the service worker's script says it is, when it is not as the site says."""

    daemon_threads = True
    is_cut = False
    is_api_cut = False
    version = ""

    def __init__(self, site_url: str) -> None:
        super().__init__(("127.0.0.1", 0), _Traveller)
        self.site = urlsplit(site_url).netloc
        self.url = f"http://127.0.0.1:{self.server_port}"

    def lets_through(self, path: str) -> bool:
        return not (self.is_cut or (self.is_api_cut and path.startswith("/api/")))


class _Traveller(BaseHTTPRequestHandler):
    server: Road

    def do_GET(self) -> None:
        if not self.server.lets_through(self.path):
            return  # the connection is closed without a word
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        site = http.client.HTTPConnection(self.server.site, timeout=60)
        headers = {**self.headers, "Host": self.server.site, "Connection": "close"}
        site.request(self.command, self.path, body, headers)
        answer = site.getresponse()
        content = answer.read()
        site.close()
        if self.path == _WORKER and self.server.version:
            said = f'VERSION = "{self.server.version}"'.encode()
            content = re.sub(rb'VERSION = "\w+"', said, content, count=1)
        if self.server.lets_through(self.path):
            self._answer(answer, content)

    do_POST = do_GET  # noqa: N815 - the name that http.server calls

    def _answer(self, answer: http.client.HTTPResponse, content: bytes) -> None:
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _OF_THE_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@contextmanager
def running_road(site_url: str) -> Iterator[Road]:
    with Road(site_url) as road:
        thread = Thread(target=road.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield road
        road.shutdown()
        thread.join()
