"""The application factory, the list of channels and the command line."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flask import Flask, request, url_for
from werkzeug.middleware.proxy_fix import ProxyFix

from participa import config
from participa.attendance import channel as attendance
from participa.ballots import channel as ballots
from participa.cases import audit_words as case_words
from participa.cases import follow as case_follow
from participa.cases import inbox as cases_inbox
from participa.cases import staff_views as case_staff_views
from participa.cases.follow import Follow
from participa.cases.legal_calendar import staff_views as case_calendar_views
from participa.cases.legal_calendar import views as case_views
from participa.channels import registry, sharing, sharing_staff_views
from participa.channels.kiosks import staff_views as kiosk_staff_views
from participa.channels.kiosks import views as kiosk_views
from participa.channels.registry import ChannelType, Feature
from participa.citizens import audit_words as citizens_words
from participa.citizens import service as citizens_service
from participa.citizens import views as citizens_views
from participa.config import Settings
from participa.core import charts, db, links, logs, spanish
from participa.core.editing import creations
from participa.core.files import files
from participa.core.installation import Installation, Step
from participa.core.jobs import jobs, mail, queue
from participa.core.ops import cli as core_cli
from participa.core.ops import health
from participa.core.web import addresses, assets, bodies, error_pages, kiosks, responses, security
from participa.core.web import views as link_views
from participa.events import channel as events
from participa.formats import feature as formats
from participa.groups import feature as groups
from participa.listening import channel as listening
from participa.outreach import feature as outreach
from participa.pages import cli as pages_cli
from participa.pages import queries as pages_queries
from participa.pages import share_views
from participa.pages import staff_views as pages_staff_views
from participa.plan import audit_words as plan_words
from participa.plan import cli as plan_cli
from participa.plan import measures
from participa.plan import staff_views as plan_staff_views
from participa.plan import views as plan_views
from participa.plan.importing import staff_views as plan_import_views
from participa.plan.measures import Measure
from participa.plan.reporting import inbox as plan_inbox
from participa.plan.reporting import report_measure
from participa.plan.reporting import staff_views as plan_report_views
from participa.staff import (
    access,
    account_staff_views,
    accounts_staff_views,
    audit_staff_views,
    audit_words,
    jobs_staff_views,
    library,
    offices_staff_views,
)
from participa.staff import cli as staff_cli
from participa.staff import service as staff_service
from participa.staff import views as signing_in_views
from participa.staff.access import ADMINISTRATORS, EVERYONE, READERS, NavigationItem
from participa.staff.audit_words import AuditWords
from participa.staff.models import Account
from participa.staff.signing_in import sessions
from participa.staff.waiting import daily_mail
from participa.surveys import channel as surveys
from participa.topics import channel as topics

ROOT = Path(__file__).resolve().parents[1]

# The channels, in the order of the navigation, and the features that are none.
CHANNELS: tuple[ChannelType, ...] = (
    topics.CHANNEL,
    ballots.CHANNEL,
    events.CHANNEL,
    attendance.CHANNEL,
    listening.CHANNEL,
    surveys.CHANNEL,
)
FEATURES: tuple[Feature, ...] = (groups.FEATURE, formats.FEATURE, outreach.FEATURE)
BLUEPRINTS = (
    citizens_views.bp,
    link_views.bp,
    signing_in_views.bp,
    account_staff_views.bp,
    accounts_staff_views.bp,
    offices_staff_views.bp,
    jobs_staff_views.bp,
    audit_staff_views.bp,
    plan_views.bp,
    plan_staff_views.bp,
    plan_report_views.bp,
    plan_import_views.bp,
    sharing_staff_views.bp,
    kiosk_views.bp,
    kiosk_staff_views.bp,
    case_staff_views.bp,
    share_views.bp,
    case_calendar_views.bp,
    case_views.bp,
    pages_staff_views.bp,
)
# The words of the audit trail; those of a channel are in its row.
WORDS: tuple[AuditWords, ...] = (
    audit_words.WORDS,
    plan_words.WORDS,
    citizens_words.WORDS,
    case_words.WORDS,
)
COMMANDS = (
    *core_cli.COMMANDS,
    staff_cli.create_admin,
    plan_cli.import_plan,
    *pages_cli.COMMANDS,
    *(command for feature in (*CHANNELS, *FEATURES) for command in feature.commands),
)
# Rows that `migrate` inserts and that `purge` erases: a label, and a function that returns the
# number of rows.
SEEDS: tuple[Step, ...] = (
    ("Dependencias", staff_service.seed_offices),
    ("Avisos de privacidad", citizens_service.seed_notices),
)
PURGES: tuple[Step, ...] = (
    ("Correos de más de 30 días", mail.erase_old),
    ("Resúmenes diarios de más de 30 días", daily_mail.erase_old),
    ("Trabajos y resultados vencidos", jobs.erase_old),
    ("Archivos sin dueño", files.erase_orphans),
    ("Rastros de formularios del personal de más de 60 días", creations.erase_old),
    ("Sesiones del personal de más de 90 días", sessions.erase_old),
    ("Datos de quienes participaron, vencidos", citizens_service.purge),
)
# Static files that travel as one, in this order: a request costs a phone more than their bytes.
FORM = "css/form.css"
OF_CHANNELS = ("css/surveys.css", "css/attendance.css", "css/listening.css")
TOGETHER = {
    "css/participa.css": (FORM, *OF_CHANNELS, "css/pages.css"),
    "css/survey-form.css": (FORM, "css/surveys.css"),
    "css/attendance-form.css": (FORM, "css/attendance.css"),
    "css/listening-form.css": (FORM, "css/listening.css"),
    "js/survey-steps.js": ("js/survey.js", "js/form-steps.js"),
}
FOOTER: tuple[tuple[str, str], ...] = (
    ("pages.accessibility", "Accesibilidad"),
    ("citizens.privacy", "Datos personales"),
    ("pages.method", "Cómo se calcula"),
    ("pages.policies", "Políticas"),
    ("pages.follow", "Consultar mi radicado"),
)


def measures_of(features: Sequence[Feature]) -> tuple[Measure, ...]:
    """What a task of the plan may be measured by."""
    of_features = (measure for feature in features for measure in feature.measures)
    return (*report_measure.MEASURES, *of_features)


def navigation(features: Sequence[Feature]) -> tuple[tuple[str, str], ...]:
    """Entries of the public header: endpoint and label."""
    return (
        ("plan.board", "Plan"),
        *((feature.index, feature.label) for feature in features if feature.is_in_header),
        ("pages.menu", "Participa"),
    )


def staff_navigation(features: Sequence[Feature]) -> tuple[NavigationItem, ...]:
    """Entries of the staff's header: endpoint, label, and the roles that see it."""
    return (
        ("pages_staff.home", "Hoy", EVERYONE),
        *((feature.staff_index, feature.staff_label, READERS) for feature in features),
        ("cases_staff.index", "Preguntas", READERS),
        ("plan_staff.board", "Plan", READERS),
        ("staff_jobs.index", "Trabajos", EVERYONE),
        ("staff_offices.index", "Dependencias", READERS),
        ("staff_accounts.index", "Cuentas", ADMINISTRATORS),
        ("staff_audit.index", "Registro", ADMINISTRATORS),
    )


def followed(features: Sequence[Feature]) -> tuple[Follow, ...]:
    """The look-ups of «Consultar mi radicado», in the order in which they are tried."""
    of_features = [follow for feature in features for follow in feature.follow]
    return (*of_features, case_follow.case, pages_queries.printed_link)


def pending_of(features: Sequence[Feature]) -> tuple[Callable[[Account], Any], ...]:
    """What waits for a member of the staff, in the order of the daily mail."""
    return (cases_inbox.pending, *(feature.pending for feature in features), plan_inbox.pending)


class Application(Flask):
    """Flask without its search for coroutines, some ten per request: no view or hook is one."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(
    settings: Settings | None = None, features: Sequence[Feature] = (*CHANNELS, *FEATURES)
) -> Flask:
    """The application for these settings; by default, those of the environment variables."""
    settings = settings or config.from_environment(os.environ)
    app = Application(
        "participa",
        root_path=str(ROOT / "participa"),
        template_folder="../templates",
        static_folder=None,
        instance_path=str(settings.data),
    )
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        TRUSTED_HOSTS=settings.trusted_hosts,
        MAX_CONTENT_LENGTH=1_000_000,
        MAX_FORM_MEMORY_SIZE=300_000,
        MAX_FORM_PARTS=600,
    )
    app.extensions["participa"] = Installation(
        settings,
        seeds=(*SEEDS, *(seed for feature in features for seed in feature.seeds)),
        purges=(*PURGES, *(purge for feature in features for purge in feature.purges)),
        rekeys=tuple(rekey for feature in features for rekey in feature.rekeys),
        staff_navigation=staff_navigation(features),
        features=tuple(features),
        audit_words=audit_words.merged([*WORDS, *(feature.words for feature in features)]),
        notice_kinds={one.notice.purpose: one.notice for one in features if one.notice},
        case_sources=tuple(feature.cases for feature in features if feature.cases),
        pending=pending_of(features),
        task_mentions=tuple(
            one.mentions[plan_views.bp.name]
            for one in features
            if plan_views.bp.name in one.mentions
        ),
        forms=frozenset(feature.form for feature in features if feature.form),
        followed=followed(features),
        slow_endings=tuple(ending for feature in features for ending in feature.slow),
        counted_prefixes=tuple(prefix for feature in features for prefix in feature.untimed),
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        settings=settings,
        navigation=navigation(features),
        footer_links=FOOTER,
        is_here=is_here,
        help_address=help_address,
        share_picture=share_picture,
    )
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=0, x_port=0, x_prefix=0
        )
    addresses.init_app(app)
    logs.init_app(app, settings.log)
    kiosks.init_app(app)
    files.init_app(app)
    db.init_app(app)
    security.init_app(app, settings.is_https)
    bodies.init_app(app)
    library.init_app(app, settings)
    responses.init_app(app)
    spanish.init_app(app)
    charts.init_app(app)
    sharing.init_app(app)
    assets.init_app(app, ROOT / "static", TOGETHER)
    error_pages.init_app(app)
    queue.init_app(app)
    mail.init_app(app)
    health.init_app(app)
    of_features = [blueprint for feature in features for blueprint in feature.blueprints]
    for blueprint in dict.fromkeys([*BLUEPRINTS, *of_features]):  # modules may share one
        app.register_blueprint(blueprint)
    measures.init_app(app, measures_of(features))
    return app


def share_picture(section: str = "", address: str = "") -> str:
    """The address of the picture of a public page; without an argument, of the site."""
    if not section:
        return links.absolute(url_for("pages.site_picture"))
    return links.absolute(url_for("pages.share_picture", section=section, address=address))


def help_address() -> str:
    """The section of the manual that explains the current page."""
    section = access.manual_section(request.endpoint or "")
    return url_for("pages_staff.manual", _anchor=section or None)


def is_here(endpoint: str) -> bool:
    """Whether an entry of the header belongs to the current page.

    The blueprints of one subject begin with the same word: plan, plan_staff, plan_reports.
    """
    here, there = request.blueprint or "", endpoint.partition(".")[0]
    if here == "sharing":  # the poster of a channel belongs to that channel
        shown = registry.of_section((request.view_args or {}).get("section", ""))
        here = shown.name if shown else here
    if there in {"pages", "pages_staff"}:  # pages that have nothing else in common
        return request.endpoint == endpoint
    if there.startswith("staff_"):
        return here == there
    return here.partition("_")[0] == there.partition("_")[0]


cli = core_cli.CommandGroup(
    name="participa", create_app=create_app, add_default_commands=False, add_version_option=False
)
for command in COMMANDS:
    cli.add_command(command)
