"""Why an alert is not with its channel yet, in words."""

from __future__ import annotations

from datetime import datetime

from monitor.cli.show import ago, plain, short
from monitor.model import AlertState


def why_not_yet(  # noqa: PLR0913 (the columns that say so)
    state: AlertState, reason: str, due_at: str, digest_id: str | None, hindrance: str | None, now: datetime
) -> str:
    """``hindrance`` is what keeps its channel from being sent anything, if something does."""
    match state:
        case AlertState.DELIVERED:
            return ""
        case AlertState.DEAD:
            return "given up; pinkslip alerts replay sends it again"
        case AlertState.SUPPRESSED:
            return f"taken back: {plain(reason)}"
        case AlertState.HELD if digest_id:
            return f"told by digest {short(digest_id)}" + (f"; {plain(hindrance)}" if hindrance else "")
        case AlertState.HELD:
            return f"held until {_time(due_at)}: {plain(reason)}"
        case AlertState.PENDING:
            return plain(hindrance) if hindrance else f"due {ago(due_at, now)}"


def _time(at: str) -> str:
    return f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M} UTC"
