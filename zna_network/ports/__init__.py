"""What the services need from outside; the adapters provide it."""

from dataclasses import dataclass

from zna_network.ports.calendar import CalendarWriter
from zna_network.ports.charts import ChartPainter
from zna_network.ports.clock import Clock
from zna_network.ports.contact_cards import ContactCardWriter
from zna_network.ports.data_inclusion import DataInclusionSchema
from zna_network.ports.documents import DocumentRenderer
from zna_network.ports.images import ImageCleaner
from zna_network.ports.mail_templates import MailTemplates
from zna_network.ports.mailbox import Mailbox, MailParser
from zna_network.ports.mailer import Mailer
from zna_network.ports.messages import MessageComposer
from zna_network.ports.office import OfficeSuite
from zna_network.ports.pdf import PdfDocuments
from zna_network.ports.qr_codes import QrCodes
from zna_network.ports.sent_mails import SentMails
from zna_network.ports.spreadsheets import SheetReader, SheetWriter
from zna_network.ports.translations import Translations


@dataclass(frozen=True)
class Ports:
    clock: Clock
    mailer: Mailer
    mail_templates: MailTemplates
    composer: MessageComposer
    documents: DocumentRenderer
    calendar: CalendarWriter
    qr_codes: QrCodes
    pdf: PdfDocuments
    charts: ChartPainter
    translations: Translations
    sent_mails: SentMails
    sheet_reader: SheetReader
    sheet_writer: SheetWriter
    contact_cards: ContactCardWriter
    data_inclusion: DataInclusionSchema
    images: ImageCleaner
    mailbox: Mailbox
    mail_parser: MailParser
    office: OfficeSuite
