"""The only assembler: settings, ports, extensions, blueprints and commands meet here."""

import base64
from datetime import timedelta
from pathlib import Path

import click
from flask import Flask
from flask.cli import FlaskGroup
from werkzeug.middleware.proxy_fix import ProxyFix

from zna_network.adapters.babel_translations import BabelTranslations
from zna_network.adapters.data_inclusion_schema import PydanticDataInclusionSchema
from zna_network.adapters.docx_documents import DocxDocumentRenderer
from zna_network.adapters.file_mailer import FileMailer
from zna_network.adapters.ics_calendar import IcsCalendar
from zna_network.adapters.jinja_mail_templates import JinjaMailTemplates
from zna_network.adapters.mail_folder import MailFolder
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
from zna_network.blueprints import access, errors, filters, headers, languages, navigation
from zna_network.blueprints.accounts.views import blueprint as accounts_blueprint
from zna_network.blueprints.actions.views import blueprint as actions_blueprint
from zna_network.blueprints.attendance.views import blueprint as attendance_blueprint
from zna_network.blueprints.attendees.views import blueprint as attendees_blueprint
from zna_network.blueprints.badges.views import blueprint as badges_blueprint
from zna_network.blueprints.board.views import blueprint as board_blueprint
from zna_network.blueprints.committees.member_views import blueprint as committees_blueprint
from zna_network.blueprints.devices.views import blueprint as devices_blueprint
from zna_network.blueprints.directory.routes import blueprint as directory_blueprint
from zna_network.blueprints.door.views import blueprint as door_blueprint
from zna_network.blueprints.door_api.views import blueprint as door_api_blueprint
from zna_network.blueprints.duplicates.views import blueprint as duplicates_blueprint
from zna_network.blueprints.exports.views import blueprint as exports_blueprint
from zna_network.blueprints.figures.views import blueprint as figures_blueprint
from zna_network.blueprints.forums.views import blueprint as forums_blueprint
from zna_network.blueprints.health.views import blueprint as health_blueprint
from zna_network.blueprints.home.views import blueprint as home_blueprint
from zna_network.blueprints.imports.views import blueprint as imports_blueprint
from zna_network.blueprints.invitations.routes import blueprint as invitations_blueprint
from zna_network.blueprints.meetings.agenda_views import blueprint as meetings_blueprint
from zna_network.blueprints.minutes.views import blueprint as minutes_blueprint
from zna_network.blueprints.outbox.views import blueprint as outbox_blueprint
from zna_network.blueprints.preparation.routes import blueprint as preparation_blueprint
from zna_network.blueprints.programme.views import blueprint as programme_blueprint
from zna_network.blueprints.registrations.routes import blueprint as registrations_blueprint
from zna_network.blueprints.reviews.routes import blueprint as reviews_blueprint
from zna_network.blueprints.stands.routes import blueprint as stands_blueprint
from zna_network.blueprints.survey.views import blueprint as survey_blueprint
from zna_network.blueprints.templates.views import blueprint as templates_blueprint
from zna_network.blueprints.users.views import blueprint as users_blueprint
from zna_network.blueprints.workshops.routes import blueprint as workshops_blueprint
from zna_network.cli import commands as cli_commands
from zna_network.config import CHECKOUT, ConfigurationError, Settings, load_settings
from zna_network.extensions import babel, csrf, db, limiter, login_manager, migrate
from zna_network.jobs.worker import worker as worker_command
from zna_network.models.account import User
from zna_network.models.base import Keyring
from zna_network.ports import Ports
from zna_network.ports.mailer import Mailer

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
TRANSLATIONS = Path(__file__).resolve().parent / "translations"
SESSION_LENGTH = timedelta(hours=12)

BLUEPRINTS = (
    home_blueprint,
    accounts_blueprint,
    health_blueprint,
    directory_blueprint,
    duplicates_blueprint,
    imports_blueprint,
    exports_blueprint,
    committees_blueprint,
    meetings_blueprint,
    attendance_blueprint,
    minutes_blueprint,
    actions_blueprint,
    templates_blueprint,
    invitations_blueprint,
    outbox_blueprint,
    reviews_blueprint,
    registrations_blueprint,
    attendees_blueprint,
    badges_blueprint,
    users_blueprint,
    forums_blueprint,
    board_blueprint,
    figures_blueprint,
    survey_blueprint,
    stands_blueprint,
    preparation_blueprint,
    programme_blueprint,
    workshops_blueprint,
    door_blueprint,
    door_api_blueprint,
    devices_blueprint,
)


def create_app(settings: Settings | None = None, ports: Ports | None = None) -> Flask:
    """The application. Without arguments, from the environment and with the real world's ports."""
    settings = settings or load_settings()
    app = Flask(
        "zna_network",
        static_folder=str(CHECKOUT / "static"),
        template_folder=str(CHECKOUT / "templates"),
    )
    _configure(app, settings)
    Keyring.load([base64.urlsafe_b64encode(settings.derived_key("columns"))])
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    csrf.init_app(app)
    limiter.init_app(app)
    babel.init_app(app, locale_selector=languages.select_locale)
    _install_accounts(app)
    for part in (access, errors, filters, headers, languages, navigation):
        part.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.extensions["zna_settings"] = settings
    app.extensions["zna_ports"] = ports or real_ports(app, settings)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.derived_key("sessions"),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=settings.upload_limit_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        PERMANENT_SESSION_LIFETIME=SESSION_LENGTH,
        SESSION_COOKIE_NAME="__Host-zna" if settings.is_secure else "zna",
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="fr",
        BABEL_DEFAULT_TIMEZONE="Europe/Paris",
        RATELIMIT_STORAGE_URI=settings.redis_url.get_secret_value() or "memory://",
        PREFERRED_URL_SCHEME="https" if settings.is_secure else "http",
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _install_accounts(app: Flask) -> None:
    login_manager.init_app(app)
    login_manager.session_protection = None

    @login_manager.user_loader  # type: ignore[untyped-decorator]
    def load_user(session_key: str) -> User | None:
        """The account of a session, unless the account was closed or its password changed."""
        user_id, _, epoch = session_key.partition(":")
        user = db.session.get(User, int(user_id)) if user_id.isdigit() else None
        return user if user and user.is_active and str(user.session_epoch) == epoch else None


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
    )


def _mailer(settings: Settings) -> Mailer:
    if settings.keeps_mail_in_files:
        return FileMailer(settings.mail_folder)
    try:
        return SmtpMailer(settings.mail_url.get_secret_value())
    except ValueError as error:
        raise ConfigurationError(f"ZNA_MAIL_URL : {error}") from None


@click.group(
    cls=FlaskGroup, create_app=create_app, add_default_commands=False, add_version_option=False
)
def zna() -> None:
    """Réseau Territoire Zéro Non-Recours : administration du site."""


for command in (*cli_commands, worker_command):
    zna.add_command(command)


def main() -> None:
    """The ``zna`` command. A wrong setting is one clear line, not a traceback."""
    try:
        zna(prog_name="zna")
    except ConfigurationError as error:
        raise SystemExit(f"zna : réglages incorrects\n{error}") from None
