"""What the site, its worker and its commands share: settings, database and ports meet here."""

from pathlib import Path

from flask import Flask

from zna_network.adapters.babel_translations import BabelTranslations
from zna_network.adapters.data_inclusion_schema import PydanticDataInclusionSchema
from zna_network.adapters.docx_documents import DocxDocumentRenderer
from zna_network.adapters.file_mailer import FileMailer
from zna_network.adapters.ics_calendar import IcsCalendar
from zna_network.adapters.imap_mailbox import ImapMailbox
from zna_network.adapters.incoming_mail import IncomingMails
from zna_network.adapters.jinja_mail_templates import JinjaMailTemplates
from zna_network.adapters.libreoffice import LibreOffice
from zna_network.adapters.mail_folder import MailFolder
from zna_network.adapters.maildir_mailbox import MaildirMailbox
from zna_network.adapters.mime_messages import MimeMessages
from zna_network.adapters.pillow_images import PillowImages
from zna_network.adapters.qr_images import SvgQrCodes
from zna_network.adapters.smtp_mailer import SmtpMailer
from zna_network.adapters.system_clock import SystemClock
from zna_network.adapters.typst_charts import TypstCharts
from zna_network.adapters.typst_pdf import TypstPdf
from zna_network.adapters.vcards import VobjectCards
from zna_network.adapters.xlsx_reader import XlsxReader
from zna_network.adapters.xlsx_writer import XlsxWriter
from zna_network.blueprints import filters
from zna_network.config import CHECKOUT, ConfigurationError, Settings, load_settings
from zna_network.extensions import db
from zna_network.models.base import Keyring
from zna_network.ports import Ports
from zna_network.ports.mailbox import Mailbox
from zna_network.ports.mailer import Mailer

TRANSLATIONS = Path(__file__).resolve().parent / "translations"


def assemble(settings: Settings | None = None, ports: Ports | None = None) -> Flask:
    """An application without pages. Without arguments, from the environment and with the real
    world's ports."""
    settings = settings or load_settings()
    app = Flask(
        "zna_network",
        static_folder=str(CHECKOUT / "static"),
        template_folder=str(CHECKOUT / "templates"),
    )
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    # What was being written may name somebody: an error that reaches the log does not spell it out.
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"hide_parameters": True}
    Keyring.load(settings.data_keyring)
    db.init_app(app)
    filters.install(app)
    app.extensions["zna_settings"] = settings
    app.extensions["zna_ports"] = ports or real_ports(app, settings)
    return app


def real_ports(app: Flask, settings: Settings) -> Ports:
    return Ports(
        clock=SystemClock(),
        mailer=_mailer(settings),
        mail_templates=JinjaMailTemplates(CHECKOUT / "templates", app.jinja_env.filters),
        composer=MimeMessages(),
        documents=DocxDocumentRenderer(),
        calendar=IcsCalendar(),
        qr_codes=SvgQrCodes(),
        pdf=TypstPdf(
            CHECKOUT / "templates" / "pdf", CHECKOUT / "static" / "vendor" / "print-fonts"
        ),
        charts=TypstCharts(
            CHECKOUT / "templates" / "pdf", CHECKOUT / "static" / "vendor" / "print-fonts"
        ),
        translations=BabelTranslations(TRANSLATIONS),
        sent_mails=MailFolder(settings.mail_folder),
        sheet_reader=XlsxReader(),
        sheet_writer=XlsxWriter(),
        contact_cards=VobjectCards(),
        data_inclusion=PydanticDataInclusionSchema(),
        images=PillowImages(),
        mailbox=_mailbox(settings),
        mail_parser=IncomingMails(settings.sender_address, settings.mail_authserv_id),
        office=LibreOffice(),
    )


def _mailer(settings: Settings) -> Mailer:
    if settings.keeps_mail_in_files:
        return FileMailer(settings.mail_folder)
    try:
        return SmtpMailer(settings.mail_url.get_secret_value())
    except ValueError as error:
        raise ConfigurationError(f"ZNA_MAIL_URL : {error}") from None


def _mailbox(settings: Settings) -> Mailbox:
    url = settings.imap_url.get_secret_value()
    if not url:
        return MaildirMailbox(settings.received_mail_folder)
    try:
        return ImapMailbox(url)
    except ValueError as error:
        raise ConfigurationError(f"ZNA_IMAP_URL : {error}") from None
