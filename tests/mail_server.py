"""A real SMTP server on the loopback, which answers what a test tells it to.

    with running_smtp_server({"RCPT": ["450 4.2.1 Busy"]}) as server:
        SmtpMailer(server.url).send(envelope)

The answers of a command are used one after the other; then everything is accepted.
"""

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from urllib.parse import quote

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.tls_certificates import LoopbackTls

DROP = "drop the connection"  # an answer: none, and the connection is cut
ACCEPTED = "250 2.0.0 OK"
COMMANDS = ("CONNECT", "AUTH", "MAIL", "RCPT", "DATA", "RSET", "NOOP")
PATIENCE = 10.0  # seconds for the server's own thread


@dataclass(frozen=True)
class ReceivedMail:
    """What the server accepted: the envelope and the octets."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=default)


@dataclass
class SmtpTestServer:
    """``mails`` were accepted; ``contents`` also counts what came whole and was not accepted.

    ``commands`` are those seen, in order; ``connections`` counts the clients; ``replies`` may
    be added to while the server runs.
    """

    replies: dict[str, deque[str]]
    login: tuple[str, str] | None = None
    tls: LoopbackTls | None = None
    implicit_tls: bool = False
    mails: list[ReceivedMail] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    host: str = "127.0.0.1"
    port: int = 0
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    clients: set["_Client"] = field(default_factory=set)

    @property
    def url(self) -> str:
        scheme = "smtps" if self.implicit_tls else "smtp"
        credentials = ":".join(quote(part, safe="") for part in self.login or ())
        return f"{scheme}://{credentials}{'@' if credentials else ''}{self.host}:{self.port}"

    def drop_connections(self) -> None:
        """Cut every client off, as a server does with those that stay idle."""
        self.run(self.cut_clients())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=PATIENCE)

    async def cut_clients(self) -> None:
        for client in list(self.clients):
            if client.transport is not None:
                client.transport.abort()
        while self.clients:
            await asyncio.sleep(0.001)

    def next_reply(self, command: str) -> str:
        self.commands.append(command)
        queue = self.replies[command]
        return queue.popleft() if queue else ACCEPTED

    def new_connection(self) -> asyncio.BaseProtocol:
        self.connections += 1
        greeting = self.next_reply("CONNECT")
        return _Client(self) if greeting == ACCEPTED else _Refusal(greeting)


class _Refusal(asyncio.Protocol):
    """Says one line instead of welcoming the client, or nothing at all, and hangs up."""

    def __init__(self, reply: str) -> None:
        self._reply = reply

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        if self._reply != DROP:
            transport.write(f"{self._reply}\r\n".encode())
        transport.close()


class _Client(SMTP):
    """One connection.

    ``auth_required`` is left to the handler: with it, aiosmtpd warns about authentication
    without TLS, and a warning is an error in these tests.
    """

    def __init__(self, server: SmtpTestServer) -> None:
        super().__init__(
            _Handler(server),
            hostname="smtp.example",
            loop=server.loop,
            tls_context=None if server.implicit_tls or not server.tls else server.tls.server,
            auth_require_tls=server.login is None,
            authenticator=self._check_login,
        )
        self._test_server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._test_server.clients.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._test_server.clients.discard(self)

    def _check_login(
        self,
        _smtp: SMTP,
        _session: Session,
        _envelope: Envelope,
        _mechanism: str,
        given: LoginPassword,
    ) -> AuthResult:
        reply = self._test_server.next_reply("AUTH")
        if reply != ACCEPTED:
            return AuthResult(success=False, handled=False, message=reply)
        login = (given.login.decode(), given.password.decode())
        return AuthResult(success=login == self._test_server.login, handled=False, auth_data=given)


class _Handler:
    """aiosmtpd calls these; what they return is the answer."""

    def __init__(self, server: SmtpTestServer) -> None:
        self._server = server

    async def handle_MAIL(  # noqa: N802
        self, smtp: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._reply("MAIL", smtp)
        if self._server.login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if reply.startswith("2"):
            envelope.mail_from = address
        return reply

    async def handle_RCPT(  # noqa: N802
        self, smtp: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._reply("RCPT", smtp)
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, smtp: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = bytes(envelope.original_content or b"")
        self._server.contents.append(content)
        reply = self._reply("DATA", smtp)
        if reply.startswith("2"):
            mail = ReceivedMail(envelope.mail_from or "", tuple(envelope.rcpt_tos), content)
            self._server.mails.append(mail)
        return reply

    async def handle_RSET(self, smtp: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return self._reply("RSET", smtp)

    async def handle_NOOP(  # noqa: N802
        self, smtp: SMTP, session: Session, envelope: Envelope, argument: str
    ) -> str:
        return self._reply("NOOP", smtp)

    def _reply(self, command: str, smtp: SMTP) -> str:
        reply = self._server.next_reply(command)
        if reply == DROP:
            assert smtp.transport is not None
            smtp.transport.abort()
            raise asyncio.CancelledError
        return reply


@contextlib.contextmanager
def running_smtp_server(
    responses: Mapping[str, Sequence[str]] | None = None,
    *,
    login: tuple[str, str] | None = None,
    tls: LoopbackTls | None = None,
    implicit_tls: bool = False,
) -> Iterator[SmtpTestServer]:
    """A server on a free port of 127.0.0.1, for the time of the block.

    ``responses`` maps CONNECT, AUTH, MAIL, RCPT, DATA, RSET or NOOP to their first answers;
    ``login`` is then required; ``tls`` offers STARTTLS, or speaks TLS from the start.
    """
    unknown = set(responses or {}) - set(COMMANDS)
    assert not unknown, f"no such command: {unknown}"
    replies = {command: deque((responses or {}).get(command, ())) for command in COMMANDS}
    server = SmtpTestServer(replies=replies, login=login, tls=tls, implicit_tls=implicit_tls)
    thread = threading.Thread(target=server.loop.run_forever, name="smtp-test-server", daemon=True)
    thread.start()
    try:
        listener = server.run(_listen(server))
        try:
            yield server
        finally:
            server.run(_stop(server, listener))
    finally:
        server.loop.call_soon_threadsafe(server.loop.stop)
        thread.join(timeout=PATIENCE)
        server.loop.close()


async def _listen(server: SmtpTestServer) -> asyncio.Server:
    context = server.tls.server if server.tls and server.implicit_tls else None
    listener = await server.loop.create_server(
        server.new_connection, server.host, server.port, ssl=context
    )
    server.port = listener.sockets[0].getsockname()[1]
    return listener


async def _stop(server: SmtpTestServer, listener: asyncio.Server) -> None:
    listener.close()
    await server.cut_clients()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await listener.wait_closed()
