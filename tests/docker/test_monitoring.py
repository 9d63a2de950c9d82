"""The dashboard and the alerts: of the metrics there are, and of no others."""

import json
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from appservice.metrics import REGISTRY
from docker.grafana.dashboard import PATH, TOO_MUCH, dashboard, text

PROJECT = Path(__file__).parents[2]
METRICS = [metric.name for metric in REGISTRY.collect()]
SERIES = {
    f"{metric.name}{suffix}"
    for metric in REGISTRY.collect()
    for suffix in {
        "counter": ("_total",),
        "histogram": ("_bucket", "_count", "_sum"),
    }.get(metric.type, ("",))
}
"""As Prometheus knows them."""


def asked() -> str:
    return " ".join(
        target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]
    )


def named(text: str) -> set[str]:
    return set(re.findall(r"homeroom_\w+", text))


def alerts() -> list[dict[str, str]]:
    file = PROJECT / "docker" / "prometheus" / "alerts.yml"
    (group,) = YAML(typ="safe", pure=True).load(file)["groups"]
    return list(group["rules"])


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_is_on_the_dashboard(metric: str):
    """What nobody sees need not be measured."""
    assert any(name.startswith(metric) for name in named(asked()))


def test_no_panel_asks_for_what_is_not_measured():
    """An empty panel looks like a quiet day."""
    assert named(asked()) <= SERIES
    assert TOO_MUCH.keys() <= set(METRICS)


def test_the_dashboard_is_what_was_generated():
    """Run ``PYTHONPATH=. .venv/bin/python docker/grafana/dashboard.py``."""
    assert PATH.read_text("utf-8") == text()
    assert json.loads(text())["uid"] == "homeroom"


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_what_is_measured(rule: dict[str, str]):
    """One that names nothing never rings."""
    assert named(rule["expr"]) <= SERIES
    assert rule["annotations"]


def test_what_is_to_be_watched_has_an_alert():
    """The table of docs/operating.md and the rules are one list."""
    text = (PROJECT / "docs" / "operating.md").read_text("utf-8")
    table = text.split("## What to watch")[1].split("\n## ")[0]
    watched = set(re.findall(r"^\| `(homeroom_\w+)", table, re.MULTILINE))
    rules = set().union(*(named(rule["expr"]) for rule in alerts()))

    assert watched == {name.removesuffix("_bucket") for name in rules}
