"""A real IMAP server (pymap) on the loopback, in memory, one account.

    with running_imap_server() as server:
        server.deliver(mail_octets)
        ImapMailbox(server.url).unread(10)

Several clients may be connected at once, from other processes too.
"""

import asyncio
import contextlib
import imaplib
import threading
from argparse import ArgumentParser, Namespace
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, DictBackend, Login
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer, IMAPService
from pysasl.hashing import BuiltinHash

from tests.tls_certificates import LoopbackTls

PATIENCE = 10.0  # seconds for the server's own thread
USER, PASSWORD = "reunions", "un mot de passe d’essai"


class _Config(Config):
    """``without`` are capabilities that the server does not announce."""

    without: frozenset[bytes] = frozenset()

    @property
    def greeting(self) -> bytes:
        return b"imap.example"  # pymap would look its own name up

    @property
    def login_capability(self) -> list[bytes]:
        return [name for name in super().login_capability if name not in self.without]


@dataclass
class ImapTestServer:
    """``connections`` counts the clients that came."""

    config: _Config
    login: tuple[str, str]
    implicit_tls: LoopbackTls | None = None
    host: str = "127.0.0.1"
    port: int = 0
    connections: int = 0
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        user, password = (quote(part, safe="") for part in self.login)
        scheme = "imaps" if self.implicit_tls else "imap"
        return f"{scheme}://{user}:{password}@{self.host}:{self.port}"

    def deliver(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Put mails in a folder, as a mail server does, in this order."""
        with self._client() as box:
            for mail in mails:
                box.append(mail, folder)

    def create(self, folder: str) -> None:
        with self._client() as box:
            box.folder.create(folder)

    def mails(self, folder: str = "INBOX") -> list[bytes]:
        """What a folder holds, the oldest first; nothing where there is no such folder."""
        with self._client() as box:
            if not box.folder.exists(folder):
                return []
            box.folder.set(folder, readonly=True)
            fetched = [
                box.client.uid("FETCH", uid, "(BODY.PEEK[])")[1]
                for uid in box.uids("UNDELETED", charset=None)
            ]
        return [part[1] for answer in fetched for part in answer if isinstance(part, tuple)]

    def flag(self, flag: str, folder: str = "INBOX") -> None:
        """Flag every mail of a folder, as a person does in a mail program."""
        with self._client() as box:
            box.folder.set(folder)
            box.flag(box.uids(charset=None), flag, value=True)

    def renumber(self) -> None:
        """INBOX under another UIDVALIDITY, as after a restoration."""
        mails = self.mails()
        self.config.set_cache.clear()
        self.drop_connections()
        self.deliver(*mails)

    def drop_connections(self) -> None:
        """Cut every client off, as a server does with those that stay idle."""
        _run(self, self.cut())

    async def cut(self) -> None:
        for writer in list(self.writers):
            writer.transport.abort()
        while self.writers:
            await asyncio.sleep(0.001)

    @contextlib.contextmanager
    def _client(self) -> Iterator[BaseMailBox]:
        if self.implicit_tls:
            box: BaseMailBox = MailBox(
                self.host, self.port, ssl_context=self.implicit_tls.client, timeout=PATIENCE
            )
        else:
            box = MailBoxUnencrypted(self.host, self.port, timeout=PATIENCE)
        with contextlib.suppress(imaplib.IMAP4.abort), box:
            yield box.login_utf8(*self.login)


@contextlib.contextmanager
def running_imap_server(
    *,
    tls: LoopbackTls | None = None,
    implicit_tls: bool = False,
    without: frozenset[bytes] = frozenset(),
    login: tuple[str, str] = (USER, PASSWORD),
) -> Iterator[ImapTestServer]:
    """A server on a free port of 127.0.0.1, for the time of the block. ``tls`` offers STARTTLS,
    or speaks TLS from the start; ``without`` names capabilities such as ``b"MOVE"`` to hide."""
    overrides = {
        "hash_context": BuiltinHash(rounds=1),
        "cpu_subsystem": Subsystem.for_asyncio(),
        "reject_dnsbl": False,
        "invalid_user_sleep": 0.0,
        "ssl_context": tls.server if tls else None,
    }
    config = _Config.from_args(
        _arguments(login, starttls=bool(tls) and not implicit_tls), **overrides
    )
    config.without = without
    server = ImapTestServer(config, login, implicit_tls=tls if implicit_tls else None)
    thread = threading.Thread(target=server.loop.run_forever, name="imap-test-server", daemon=True)
    thread.start()
    try:
        listener = _run(server, _listening(server))
        try:
            yield server
        finally:
            _run(server, _stopped(server, listener))
    finally:
        server.loop.call_soon_threadsafe(server.loop.stop)
        thread.join(PATIENCE)
        server.loop.close()


@pytest.fixture
def imap_server() -> Iterator[ImapTestServer]:
    """To be imported by the test modules, or the conftest, that want it."""
    with running_imap_server() as server:
        yield server


def _run(server: ImapTestServer, work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run_coroutine_threadsafe(work, server.loop).result(PATIENCE)


def _arguments(login: tuple[str, str], *, starttls: bool) -> Namespace:
    """pymap's command line, with its own defaults."""
    parser = ArgumentParser()
    DictBackend.add_subparser("dict", parser.add_subparsers(dest="backend"))
    IMAPService.add_arguments(parser)
    parser.set_defaults(debug=False, passlib_cfg=None)
    command = [] if starttls else ["--no-tls"]
    user, password = login
    return parser.parse_args([*command, "dict", "--demo-user", user, "--demo-password", password])


async def _listening(server: ImapTestServer) -> asyncio.Server:
    login = Login(server.config)
    await DictBackend._add_demo_user(server.config, login)
    server.config.apply_context()
    imap = IMAPServer(login, server.config)

    async def serve(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, who: SocketInfo
    ) -> None:
        server.connections += 1
        server.writers.add(writer)
        try:
            await imap(reader, writer, who)
        except (OSError, EOFError):  # the client is gone
            pass
        finally:
            server.writers.discard(writer)

    tls = server.implicit_tls
    listener = await asyncio.start_server(
        ProxyProtocolReader(server.config.proxy_protocol).get_callback(serve),
        server.host,
        0,
        ssl=tls.server if tls else None,
    )
    server.port = listener.sockets[0].getsockname()[1]
    return listener


async def _stopped(server: ImapTestServer, listener: asyncio.Server) -> None:
    listener.close()
    await server.cut()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
