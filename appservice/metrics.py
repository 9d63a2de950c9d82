"""Every gauge and counter, named once."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()

_LATENCY = (
    0.002, 0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 15,
    60, 300,
)  # fmt: skip

PINGS = Counter(
    "homeroom_pings", "Times the homeserver has called us on request.",
    registry=REGISTRY,
)  # fmt: skip
RECEIVED = Counter(
    "homeroom_events_received", "Events stored.", ["source"], registry=REGISTRY
)
DROPPED = Counter(
    "homeroom_events_dropped",
    "Events that are none of our business: of other rooms, receipts.",
    ["why"],
    registry=REGISTRY,
)
JUDGED = Counter(
    "homeroom_events_judged", "Events judged.", ["outcome"], registry=REGISTRY
)
PARKED = Counter(
    "homeroom_events_parked", "Events set aside. Someone should look.",
    ["where"], registry=REGISTRY,
)  # fmt: skip
ACTIONS = Counter(
    "homeroom_actions",
    "Actions ended, by kind and result.",
    ["kind", "result"],
    registry=REGISTRY,
)
INSPECTED = Counter(
    "homeroom_files_inspected", "Files looked into, by sort.", ["sort"],
    registry=REGISTRY,
)  # fmt: skip
JUDGE_SECONDS = Histogram(
    "homeroom_judge_seconds",
    "From an event's arrival to its verdict.",
    buckets=_LATENCY,
    registry=REGISTRY,
)
REDACT_SECONDS = Histogram(
    "homeroom_redact_seconds",
    "From the verdict to the homeserver's answer that the event is redacted.",
    buckets=_LATENCY,
    registry=REGISTRY,
)
BREAKER = Counter(
    "homeroom_breaker_opened", "Times the breaker stopped us.", ["where"],
    registry=REGISTRY,
)  # fmt: skip
STRANGERS = Counter(
    "homeroom_strangers", "People who are not in the roster.", registry=REGISTRY
)
RECONCILED = Counter(
    "homeroom_events_reconciled",
    "Events the homeserver never pushed and that were found by looking.",
    registry=REGISTRY,
)
INBOX = Gauge("homeroom_inbox_waiting", "Events waiting.", registry=REGISTRY)
INBOX_AGE = Gauge(
    "homeroom_inbox_oldest_seconds", "Age of the oldest waiting event.",
    registry=REGISTRY,
)  # fmt: skip
OUTBOX = Gauge("homeroom_outbox_waiting", "Actions waiting.", registry=REGISTRY)
OUTBOX_AGE = Gauge(
    "homeroom_outbox_oldest_seconds", "Age of the oldest waiting action.",
    registry=REGISTRY,
)  # fmt: skip
PARKED_NOW = Gauge(
    "homeroom_parked", "Events that are set aside now.", registry=REGISTRY
)
