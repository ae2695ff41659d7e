"""The roof: the application, put together."""

import os
from pathlib import Path

from flask import Flask
from flask.cli import FlaskGroup
from flask_migrate import Migrate

from participa import config
from participa.config import Settings
from participa.core import assets, db, error_pages, responses, security, spanish
from participa.plan import measures
from participa.plan.measures import Measure

ROOT = Path(__file__).resolve().parents[1]

BLUEPRINTS = ()
MEASURES: tuple[Measure, ...] = ()
COMMANDS = ()
# What the header offers to everybody: endpoint and word.
NAVIGATION: tuple[tuple[str, str], ...] = ()
FOOTER: tuple[tuple[str, str], ...] = ()


def create_app(settings: Settings | None = None) -> Flask:
    """The application for these settings; without them, for those of the environment."""
    settings = settings or config.from_environment(os.environ)
    app = Flask(
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
    app.extensions["settings"] = settings
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(settings=settings, navigation=NAVIGATION, footer_links=FOOTER)
    db.init_app(app)
    Migrate(app, db.db, directory=str(ROOT / "migrations"), render_as_batch=True)
    security.init_app(app, settings.is_https)
    responses.init_app(app)
    spanish.init_app(app)
    assets.init_app(app, ROOT / "static")
    error_pages.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    measures.init_app(app, MEASURES)
    return app


cli = FlaskGroup(
    name="participa", create_app=create_app, add_default_commands=False, add_version_option=False
)
for command in COMMANDS:
    cli.add_command(command)
