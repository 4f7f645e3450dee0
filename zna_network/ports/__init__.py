"""What the services need from outside; the adapters provide it."""

from dataclasses import dataclass

from zna_network.ports.calendar import CalendarWriter
from zna_network.ports.clock import Clock
from zna_network.ports.documents import DocumentRenderer
from zna_network.ports.mailer import Mailer
from zna_network.ports.qr_codes import QrCodes


@dataclass(frozen=True)
class Ports:
    clock: Clock
    mailer: Mailer
    documents: DocumentRenderer
    calendar: CalendarWriter
    qr_codes: QrCodes
