"""What stands in deploy/ agrees with the server, with the guide, and with itself."""

import re
from string import Template

import pytest

from bench import cluster
from participa.core.ops import server
from tests.house.source import ROOT

pytestmark = pytest.mark.one_engine

DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "operacion.md").read_text()
IMAGE = (DEPLOY / "Containerfile").read_text()


def seconds(file, setting):
    (found,) = re.findall(rf"^\s*{setting} (\d+)s", (DEPLOY / file).read_text(), re.MULTILINE)
    return int(found)


@pytest.mark.parametrize(
    ("file", "setting"),
    [("nginx.conf", "keepalive_timeout"), ("ha/haproxy.cfg", "timeout http-keep-alive")],
)
def test_a_proxy_lets_go_of_a_connection_before_the_server_closes_it(file, setting):
    assert seconds(file, setting) < server.HEADER_MS / 1000


def test_the_nginx_of_debian_12_understands_its_file():
    """Version 1.22, which has no line "http2 on" yet."""
    assert "http2 on" not in (DEPLOY / "nginx.conf").read_text()


def test_patroni_renews_its_lease_in_time():
    told = {
        name: int(number)
        for name, number in re.findall(
            r"^    (ttl|loop_wait|retry_timeout): (\d+)", patroni(), re.MULTILINE
        )
    }
    assert told["ttl"] >= 20  # Patroni takes no less
    assert told["loop_wait"] + 2 * told["retry_timeout"] <= told["ttl"]
    assert "synchronous_mode_strict: true" in patroni()
    assert "failsafe_mode: true" in patroni()


def patroni():
    return (DEPLOY / "ha" / "patroni.yml").read_text()


def test_the_version_of_patroni_is_the_one_of_the_guide():
    (version,) = re.findall(r"patroni\S*==(\S+)", (DEPLOY / "ha/requirements.txt").read_text())
    assert f"Patroni {version}" in GUIDE


@pytest.mark.parametrize("file", ["patroni.yml", "haproxy.cfg"])
def test_every_word_that_an_operator_replaces_can_be_replaced(file):
    assert Template((cluster.FILES / file).read_text()).is_valid()


def test_the_image_holds_what_exists_runs_without_root_and_brings_no_secret():
    sources = re.findall(r"^COPY (?!--from)(.+) \S+$", IMAGE, re.MULTILINE)
    names = [name for line in sources for name in line.split()]
    assert [name for name in names if not (ROOT / name).exists()] == []
    ignored = (DEPLOY / "Containerfile.dockerignore").read_text().split()
    assert [name for name in names if f"!{name}" not in ignored] == []
    assert re.findall(r"^USER (\S+)", IMAGE, re.MULTILINE) == ["participa"]
    assert not re.search(r"SECRET|PASSWORD|_KEY", IMAGE)


def test_every_container_of_participa_has_a_root_that_it_cannot_write():
    composed = (DEPLOY / "compose.yaml").read_text()
    assert "read_only: true" in composed
    assert "cap_drop: [ALL]" in composed
    uid = re.findall(r'user: "(\d+):\1"', composed)
    assert uid == re.findall(r"--uid (\d+)", IMAGE) == re.findall(r"--gid (\d+)", IMAGE)
