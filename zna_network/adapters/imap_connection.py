"""Opening a connection to the IMAP server: connect, encrypt, authenticate, choose the folder."""

import contextlib
import imaplib
import ssl
from typing import TYPE_CHECKING

from zna_network.adapters.clean_text import one_line
from zna_network.adapters.mail_urls import Encryption, ImapFolders, MailServer
from zna_network.adapters.network_trouble import words_of
from zna_network.ports.mailbox import MailboxError

if TYPE_CHECKING:
    from imap_tools import BaseMailBox

LONGEST_REPLY = 300
HIDDEN = "•••"


def open_box(
    folders: ImapFolders, *, timeout: float, tls: ssl.SSLContext | None = None
) -> "BaseMailBox":
    """A connection on which the folder is selected. ``timeout``, in seconds, is for each exchange.
    Raises MailboxError."""
    from imap_tools import ImapToolsError

    context = tls or ssl.create_default_context()
    try:
        box = _connected(folders.server, timeout, context)
    except (imaplib.IMAP4.error, OSError) as error:
        raise trouble(folders.server, error) from error
    try:
        _encrypt(box, folders.server, context)
        _sign_in(box, folders.server)
        box.folder.set(folders.folder)
    except (imaplib.IMAP4.error, ImapToolsError, OSError) as error:
        hang_up(box)
        raise trouble(folders.server, error) from error
    except MailboxError:
        hang_up(box)
        raise
    return box


def hang_up(box: "BaseMailBox") -> None:
    """Without a word: the connection is of no more use."""
    with contextlib.suppress(OSError):
        box.client.shutdown()


def validity(box: "BaseMailBox") -> str:
    """UIDVALIDITY of the selected folder: the server changes it when it numbers its mails anew."""
    _name, values = box.client.response("UIDVALIDITY")
    if values and values[0]:
        # imaplib forgets an answer once it is asked for: kept beside, for the next time.
        box.client.untagged_responses["UIDVALIDITY"] = values
        return str(int(values[0]))
    return "0"


def trouble(server: MailServer, error: Exception) -> MailboxError:
    """``error`` in French, with the server's own words where it said something."""
    if isinstance(error, OSError):
        words = words_of(error)
    elif isinstance(error, imaplib.IMAP4.abort):
        words = "a interrompu la connexion"
    else:
        words = f"refuse : {_without_password(one_line(str(error)), server)[:LONGEST_REPLY]}"
    return MailboxError(f"Le serveur de messagerie {server.label} {words}.")


def _connected(server: MailServer, timeout: float, context: ssl.SSLContext) -> "BaseMailBox":
    from imap_tools import MailBox, MailBoxUnencrypted

    if server.encryption is Encryption.FROM_THE_START:
        return MailBox(server.host, server.port, timeout=timeout, ssl_context=context)
    return MailBoxUnencrypted(server.host, server.port, timeout=timeout)


def _encrypt(box: "BaseMailBox", server: MailServer, context: ssl.SSLContext) -> None:
    if server.encryption in (Encryption.NO, Encryption.FROM_THE_START):
        return
    if "STARTTLS" in box.client.capabilities:
        box.client.starttls(context)
    elif server.encryption is Encryption.YES:
        raise _refused(server, "ne propose pas STARTTLS, exigé par ZNA_IMAP_URL")
    elif not server.is_loopback:
        raise _refused(
            server,
            "ne propose pas STARTTLS : le mot de passe circulerait en clair. "
            "Ajoutez ?starttls=no à ZNA_IMAP_URL pour l’accepter",
        )


def _sign_in(box: "BaseMailBox", server: MailServer) -> None:
    from imap_tools import MailboxLoginError

    try:
        if f"{server.username}{server.password}".isascii():
            box.login(server.username, server.password, initial_folder=None)
        else:
            box.login_utf8(server.username, server.password, initial_folder=None)
    except (MailboxLoginError, imaplib.IMAP4.error) as error:
        if isinstance(error, imaplib.IMAP4.abort):
            raise
        raise _refused(server, "refuse l’utilisateur ou le mot de passe") from error
    # Many servers say only now that they know MOVE, and imaplib asks before.
    _status, answer = box.client.capability()
    words = b" ".join(line for line in answer if line)
    box.client.capabilities = tuple(words.decode("ascii", "replace").upper().split())


def _refused(server: MailServer, reason: str) -> MailboxError:
    return MailboxError(f"Le serveur de messagerie {server.label} {reason}.")


def _without_password(text: str, server: MailServer) -> str:
    return text.replace(server.password, HIDDEN) if server.password else text
