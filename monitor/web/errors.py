"""What is shown and logged when a page fails: Datasette's own answer prints every local variable into the log."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from html import unescape

from datasette import hookimpl
from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils.asgi import Base400, Request, Response
from datasette.utils.sqlite import sqlite3
from datasette.views.base import DatasetteError

from monitor.journal import crash

_TAG = re.compile(r"<style>.*?</style>|<[^>]*>", re.DOTALL)
_THEIRS = "datasette.handle_exception"


def take_over() -> None:
    """Answer for all servers of this process."""
    if pm.has_plugin(_THEIRS):
        pm.unregister(name=_THEIRS)
        pm.register(_Errors(), "pinkslip.errors")


class _Errors:
    __name__ = "pinkslip"

    @hookimpl  # type: ignore[untyped-decorator]
    def handle_exception(
        self, datasette: Datasette, request: Request, exception: Exception
    ) -> Callable[[], Awaitable[Response]]:
        async def answer() -> Response:
            status, says = _said(exception)
            if status >= 500:
                crash("page_crashed", exception, path=request.path)
            if request.path.endswith(".json"):
                return Response.json({"ok": False, "error": says, "status": status}, status=status)
            template = datasette.jinja_env.get_template("error.html")
            shown = await template.render_async(status=status, says=says, urls=datasette.urls, crumb_items=_no_crumbs)
            return Response.html(shown, status=status)

        return answer


def _said(exception: Exception) -> tuple[int, str]:
    """The status, and the message as plain text: Datasette writes some of its own as HTML."""
    if isinstance(exception, DatasetteError):
        message = str(exception.message or exception.title or "")
        return exception.status, unescape(_TAG.sub(" ", message)).strip() if exception.message_is_html else message
    if isinstance(exception, sqlite3.Warning | sqlite3.ProgrammingError):
        return 400, str(exception)
    if isinstance(exception, Base400):
        return exception.status, str(exception.args[0] if exception.args else "")
    return 500, "This page met a bug. The log of `pinkslip web` says where."


async def _no_crumbs(**_: object) -> list[object]:
    return []
