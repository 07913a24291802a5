"""The values that deciding gives, one frozen type per stage: flags, facts, layoffs, reports, alerts, plans."""

from monitor.model.alert import Alert, AlertKind, AlertState, Delivery, Telling, Verdict
from monitor.model.layoff import Layoff, Report
from monitor.model.plan import Action, Correction, Kept, PageRequest, Plan, Poll
from monitor.model.policy import Channel, ChannelKind, Digest, Policy, Quiet, Route, Secret, Unknown, Urgent
from monitor.model.reading import (
    Amount,
    Company,
    Evidence,
    Facts,
    Fingerprint,
    Flag,
    Judged,
    Qualifier,
    Severity,
    Stage,
    Stated,
    Text,
)
from monitor.model.silence import Silence, Subject
from monitor.model.source import Condition, Gap, Rhythm, SourceState

__all__ = [
    "Action",
    "Alert",
    "AlertKind",
    "AlertState",
    "Amount",
    "Channel",
    "ChannelKind",
    "Company",
    "Condition",
    "Correction",
    "Delivery",
    "Digest",
    "Evidence",
    "Facts",
    "Fingerprint",
    "Flag",
    "Gap",
    "Judged",
    "Kept",
    "Layoff",
    "PageRequest",
    "Plan",
    "Policy",
    "Poll",
    "Qualifier",
    "Quiet",
    "Report",
    "Rhythm",
    "Route",
    "Secret",
    "Severity",
    "Silence",
    "SourceState",
    "Stage",
    "Stated",
    "Subject",
    "Telling",
    "Text",
    "Unknown",
    "Urgent",
    "Verdict",
]
