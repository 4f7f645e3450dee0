"""The site: what ``assembly`` puts together, with its pages."""

from datetime import timedelta

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from zna_network.assembly import assemble
from zna_network.blueprints import access, errors, headers, languages, navigation
from zna_network.blueprints.accounts.views import blueprint as accounts_blueprint
from zna_network.blueprints.actions.views import blueprint as actions_blueprint
from zna_network.blueprints.attendance.views import blueprint as attendance_blueprint
from zna_network.blueprints.attendees.views import blueprint as attendees_blueprint
from zna_network.blueprints.badges.views import blueprint as badges_blueprint
from zna_network.blueprints.bilan.area import blueprint as bilan_blueprint
from zna_network.blueprints.board.views import blueprint as board_blueprint
from zna_network.blueprints.case_sheets.views import blueprint as case_sheets_blueprint
from zna_network.blueprints.committees.member_views import blueprint as committees_blueprint
from zna_network.blueprints.copil_file.area import blueprint as copil_file_blueprint
from zna_network.blueprints.devices.views import blueprint as devices_blueprint
from zna_network.blueprints.directory.routes import blueprint as directory_blueprint
from zna_network.blueprints.door.views import blueprint as door_blueprint
from zna_network.blueprints.door_api.views import blueprint as door_api_blueprint
from zna_network.blueprints.duplicates.views import blueprint as duplicates_blueprint
from zna_network.blueprints.exports.views import blueprint as exports_blueprint
from zna_network.blueprints.figures.views import blueprint as figures_blueprint
from zna_network.blueprints.forums.views import blueprint as forums_blueprint
from zna_network.blueprints.grants.area import blueprint as grants_blueprint
from zna_network.blueprints.health.views import blueprint as health_blueprint
from zna_network.blueprints.home.views import blueprint as home_blueprint
from zna_network.blueprints.imports.views import blueprint as imports_blueprint
from zna_network.blueprints.invitations.routes import blueprint as invitations_blueprint
from zna_network.blueprints.mailbox.area import blueprint as mailbox_blueprint
from zna_network.blueprints.meeting_day.area import blueprint as meeting_day_blueprint
from zna_network.blueprints.meetings.agenda_views import blueprint as meetings_blueprint
from zna_network.blueprints.minutes.views import blueprint as minutes_blueprint
from zna_network.blueprints.outbox.views import blueprint as outbox_blueprint
from zna_network.blueprints.people.views import blueprint as people_blueprint
from zna_network.blueprints.planning.area import blueprint as planning_blueprint
from zna_network.blueprints.polls.area import blueprint as polls_blueprint
from zna_network.blueprints.preparation.routes import blueprint as preparation_blueprint
from zna_network.blueprints.programme.views import blueprint as programme_blueprint
from zna_network.blueprints.reading.area import blueprint as reading_blueprint
from zna_network.blueprints.referrals.area import blueprint as referrals_blueprint
from zna_network.blueprints.register.area import blueprint as register_blueprint
from zna_network.blueprints.registrations.routes import blueprint as registrations_blueprint
from zna_network.blueprints.reviews.routes import blueprint as reviews_blueprint
from zna_network.blueprints.sessions import PageSessions
from zna_network.blueprints.stands.routes import blueprint as stands_blueprint
from zna_network.blueprints.survey.views import blueprint as survey_blueprint
from zna_network.blueprints.templates.views import blueprint as templates_blueprint
from zna_network.blueprints.users.views import blueprint as users_blueprint
from zna_network.blueprints.van.area import blueprint as van_blueprint
from zna_network.blueprints.workshops.routes import blueprint as workshops_blueprint
from zna_network.config import Settings
from zna_network.extensions import babel, csrf, db, limiter, login_manager
from zna_network.models.account import User
from zna_network.ports import Ports
from zna_network.services import guarding

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
    case_sheets_blueprint,
    attendance_blueprint,
    minutes_blueprint,
    polls_blueprint,
    mailbox_blueprint,
    planning_blueprint,
    grants_blueprint,
    meeting_day_blueprint,
    reading_blueprint,
    register_blueprint,
    copil_file_blueprint,
    actions_blueprint,
    templates_blueprint,
    invitations_blueprint,
    outbox_blueprint,
    reviews_blueprint,
    referrals_blueprint,
    people_blueprint,
    registrations_blueprint,
    attendees_blueprint,
    badges_blueprint,
    users_blueprint,
    forums_blueprint,
    bilan_blueprint,
    board_blueprint,
    figures_blueprint,
    survey_blueprint,
    stands_blueprint,
    preparation_blueprint,
    programme_blueprint,
    van_blueprint,
    workshops_blueprint,
    door_blueprint,
    door_api_blueprint,
    devices_blueprint,
)


def create_app(settings: Settings | None = None, ports: Ports | None = None) -> Flask:
    """The site. Without arguments, from the environment and with the real world's ports."""
    app = assemble(settings, ports)
    _configure(app, app.extensions["zna_settings"])
    csrf.init_app(app)
    limiter.init_app(app)
    babel.init_app(app, locale_selector=languages.select_locale)
    _install_accounts(app)
    for part in (access, errors, headers, languages, navigation):
        part.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def guarded_app() -> Flask:
    """The site as it is served: not without a database that refuses by itself what it must. Raises
    NotReadyError."""
    app = create_app()
    with app.app_context():
        guarding.refuse_unguarded(db.session())
        db.session.remove()
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.derived_key("sessions"),
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
    app.session_interface = PageSessions()
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
