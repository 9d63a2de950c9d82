"""
Write the dashboard, with a panel for each metric there is.

    PYTHONPATH=. .venv/bin/python docker/grafana/dashboard.py

A test says when that was forgotten.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from prometheus_client import Metric

from appservice.metrics import REGISTRY

PATH: Final = Path(__file__).parent / "dashboards" / "homeroom.json"
SOURCE: Final = {"type": "prometheus", "uid": "prometheus"}
WIDTH, HEIGHT, COLUMNS = 8, 8, 3

TOO_MUCH: Final = {
    "homeroom_inbox_oldest_seconds": 5,
    "homeroom_outbox_oldest_seconds": 60,
    "homeroom_parked": 1,
    "homeroom_redact_seconds": 1,
}
"""From where on a line is red (docs/operating.md, "What to watch")."""


def dashboard() -> dict[str, Any]:
    """Return what Grafana reads."""
    panels = [_alerts(), *map(_panel, REGISTRY.collect())]
    for number, panel in enumerate(panels):
        row, column = divmod(number, COLUMNS)
        panel["id"] = number + 1
        place = {"x": column * WIDTH, "y": row * HEIGHT}
        panel["gridPos"] = {**place, "w": WIDTH, "h": HEIGHT}
    return {
        "uid": "homeroom",
        "title": "Homeroom",
        "timezone": "browser",
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-24h", "to": "now"},
        "panels": panels,
    }


def text() -> str:
    """Return the file as it is committed."""
    return json.dumps(dashboard(), indent=1, ensure_ascii=False) + "\n"


def _alerts() -> dict[str, Any]:
    ask = 'sum by (alertname) (ALERTS{alertstate="firing"})'
    return {
        "type": "stat",
        "title": "What wants somebody to look · 需要处理",
        "datasource": SOURCE,
        "targets": [_target(ask, "{{alertname}}")],
        "fieldConfig": {"defaults": {"noValue": "nothing · 无"}, "overrides": []},
        "options": {"textMode": "name", "colorMode": "background"},
    }


def _panel(metric: Metric) -> dict[str, Any]:
    limit = TOO_MUCH.get(metric.name)
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if limit is not None:
        steps.append({"color": "red", "value": limit})
    defaults = {
        "unit": "s" if metric.name.endswith("_seconds") else "short",
        "min": 0,
        "thresholds": {"mode": "absolute", "steps": steps},
        "custom": {"thresholdsStyle": {"mode": "line" if limit else "off"}},
    }
    return {
        "type": "timeseries",
        "title": metric.name,
        "description": metric.documentation,
        "datasource": SOURCE,
        "targets": [
            {**target, "refId": chr(ord("A") + number)}
            for number, target in enumerate(_targets(metric))
        ],
        "fieldConfig": {"defaults": defaults, "overrides": []},
    }


def _targets(metric: Metric) -> Iterator[dict[str, str]]:
    name = metric.name
    if metric.type == "histogram":
        rate = f"sum by (le) (rate({name}_bucket[$__rate_interval]))"
        for share in ("0.5", "0.95"):
            yield _target(f"histogram_quantile({share}, {rate})", f"p{share[2:]:0<2}")
    elif metric.type == "counter":
        # What happened within an hour: of most, a few a day.
        yield _target(f"sum without (instance, job) (increase({name}_total[1h]))")
    else:
        yield _target(f"max without (instance, job) ({name})")


def _target(ask: str, legend: str = "__auto") -> dict[str, str]:
    return {"refId": "A", "expr": ask, "legendFormat": legend}


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
