"""Our pages as a plugin of Datasette: which address leads to which page, and how each asks the archive."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import unquote

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Request, Response
from sqlite_utils import Database

from monitor.archive import DiskError
from monitor.detect.rules import Pack
from monitor.web import pages, words
from monitor.web.name import NAME

T = TypeVar("T")

LIMIT_MS = 1_000
"""So long may the archive take over a page, or over a question that somebody typed."""

_ROUTES: tuple[tuple[str, pages.View], ...] = (
    (r"/$", pages.front),
    (r"/layoffs$", pages.layoffs),
    (r"/layoffs\.atom$", pages.atom),
    (r"/feed\.json$", pages.jsonfeed),
    (r"/layoffs/(?P<id>[^/]+)$", pages.layoff),
    (r"/companies$", pages.companies),
    (r"/companies/(?P<key>[^/]+)$", pages.company),
    (r"/sources$", pages.sources),
    (r"/alerts$", pages.alerts),
    (r"/alerts/(?P<id>[^/]+)$", pages.alert),
    (r"/why$", pages.why),
    (r"/rules$", pages.rules),
    (r"/rules/(?P<id>[^/]+)$", pages.rule),
    (r"/search$", pages.search),
)

_FILTERS = (
    *(words.ago, words.counted, words.day, words.exact, words.link, words.named, words.passage, words.plain),
    *(words.since, words.size, words.span, words.with_spans, words.with_words),
)


class Plugin:
    """The hooks of one server; Datasette keeps plugins for the whole process, and so asks them for strangers too."""

    __name__ = "pinkslip"

    def __init__(self, host: Datasette, pack: Pack, now: Callable[[], datetime]) -> None:
        self._host = host
        self._pack = pack
        self._now = now
        host.jinja_env.filters.update({each.__name__: each for each in _FILTERS})
        host.jinja_env.globals.update({each.__name__: each for each in (words.sentence, words.spans_of)})

    @hookimpl  # type: ignore[untyped-decorator]
    def register_routes(self, datasette: Datasette) -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
        return [(path, self._answering(view)) for path, view in _ROUTES] if datasette is self._host else []

    def _answering(self, view: pages.View) -> Callable[..., Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            await self._host.ensure_permissions(request.actor, [("view-database", NAME), "view-instance"])
            return await self._answer(view, request)

        return answer

    async def _answer(self, view: pages.View, request: Request) -> Response:
        asked = pages.Asked(
            now=self._now(),
            pack=self._pack,
            site=f"{request.scheme}://{request.headers['host']}",
            path={name: unquote(value) for name, value in request.url_vars.items()},
            query={name: request.args.get(name) or "" for name in request.args},
        )
        try:
            page = await self._ask(lambda db: view(db, asked))
        except DiskError as error:
            page = pages.trouble(str(error))
        if isinstance(page, pages.Document):
            return Response(page.body, content_type=page.kind)
        shown = await self._host.render_template(
            page.template, {**page.shows, "now": asked.now, "here": request.path}, request=request
        )
        return Response.html(shown, status=page.status)

    async def _ask(self, question: Callable[[Database], T]) -> T:
        """Ask all that a page needs of one state of the archive, in a thread of Datasette's."""

        def asked(connection: Any) -> T:
            db = Database(connection)
            with sqlite_timelimit(connection, LIMIT_MS):
                connection.execute("begin")
                try:
                    return question(db)
                finally:
                    connection.execute("rollback")

        answer: T = await self._host.get_database(NAME).execute_fn(asked)
        return answer
