"""The least that could be done: bare Flask, one INSERT and its durable commit, no form, no page.

It is the measure of the others: same server, same settings of the database, one row of five
columns with a unique one per request.
"""

import os
import secrets
import sqlite3
import threading
import time

from flask import Flask

TABLE = (
    "CREATE TABLE IF NOT EXISTS bare (id {id}, submission_id VARCHAR(32) UNIQUE, "
    "receipt VARCHAR(16), ranking TEXT, received_at TEXT)"
)
INSERT = (
    "INSERT INTO bare (submission_id, receipt, ranking, received_at) "
    "VALUES ({0}, {0}, {0}, {0}) ON CONFLICT DO NOTHING"
)
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    "secure_delete=ON",
)

app = Flask(__name__)
mine = threading.local()
turn = threading.Lock()


def connection():
    """One per thread, opened once."""
    if not hasattr(mine, "connection"):
        if app.config["IS_SQLITE"]:
            mine.connection = sqlite3.connect(app.config["DATABASE"].removeprefix("sqlite:///"))
            for pragma in PRAGMAS:
                mine.connection.execute(f"PRAGMA {pragma}")
        else:
            mine.connection = postgresql(app.config["DATABASE"])
    return mine.connection


def postgresql(address: str):
    """A connection to PostgreSQL, whose driver need not be installed to measure SQLite."""
    import psycopg  # noqa: PLC0415 - an optional part

    return psycopg.connect(address)


def load(target: str) -> Flask:
    """What the processes of the server run, in the place of participa."""
    address = os.environ["PARTICIPA_DATABASE_URL"].replace("+psycopg", "")
    is_sqlite = address.startswith("sqlite:")
    app.config.update(
        DATABASE=address,
        IS_SQLITE=is_sqlite,
        INSERT=INSERT.format("?" if is_sqlite else "%s"),
    )
    return app


def prepare(address: str) -> None:
    """Make the table, once, before the server starts."""
    is_sqlite = address.startswith("sqlite:")
    if is_sqlite:
        opened = sqlite3.connect(address.removeprefix("sqlite:///"))
        # Here, once: threads that change the journal mode at the same time refuse each other.
        opened.execute("PRAGMA journal_mode=WAL")
    else:
        opened = postgresql(address)
    opened.execute(TABLE.format(id="INTEGER PRIMARY KEY" if is_sqlite else "SERIAL PRIMARY KEY"))
    opened.commit()
    opened.close()


@app.get("/")
def alive():
    return "ok"


@app.post("/")
def insert():
    row = (secrets.token_hex(16), secrets.token_hex(6), "3,1,2", str(time.time()))
    statement = app.config["INSERT"]
    opened = connection()
    if app.config["IS_SQLITE"]:
        with turn:  # writers of one file take turns; polling for its lock would cost more
            opened.execute(statement, row)
            opened.commit()
    else:
        opened.execute(statement, row)
        opened.commit()
    return "Listo"
