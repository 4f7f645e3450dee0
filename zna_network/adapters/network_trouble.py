"""What the network refused, in French, for whoever reads a log or the page of messages."""

import socket
import ssl


def words_of(error: OSError) -> str:
    """The end of « Le serveur de messagerie … »."""
    match error:
        case TimeoutError():
            return "ne répond pas (délai dépassé)"
        case ssl.SSLCertVerificationError():
            return f"présente un certificat qui n’est pas reconnu ({error.verify_message})"
        case ssl.SSLError():
            return f"n’a pas pu établir une connexion chiffrée ({error.reason})"
        case socket.gaierror():
            return "est introuvable (nom inconnu)"
        case _:
            return f"ne répond pas ({error.strerror or error})"
