"""The pages in a real browser: they load, nothing hostile runs in them, and everybody can use them."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from monitor.archive import Archive, Reader
from tests.making import article, source
from tests.web.conftest import furnish, serving
from tests.web.filling import NOW, file
from tests.web.vectors import LINKS, TEXTS, VECTORS

# One browser, one after another: while Playwright runs, the process that runs it can run no loop of its own.
pytestmark = pytest.mark.xdist_group("browser")

OWN = ("/", "/layoffs", "/companies", "/sources", "/alerts", "/why", "/rules", "/search?q=lay-off")
DATASETTE = ("/pinkslip", "/pinkslip/layoffs", "/pinkslip?sql=select+1")
SIZES = [(390, "dark"), (390, "light"), (1280, "dark"), (1280, "light")]


def first(folder, sql):
    reader = Reader.open(folder / "pinkslip.db")
    try:
        return reader.db.execute(sql).fetchone()[0]
    finally:
        reader.close()


@pytest.fixture(scope="session")
def layoff(folder):
    return "/layoffs/" + first(folder, "select id from layoffs order by reports desc, id limit 1")


@pytest.fixture(scope="session")
def every(folder, layoff):
    """A page of each kind."""
    alert = first(folder, "select id from alerts where state = 'delivered' limit 1")
    told = first(folder, "select article_id from reports limit 1")
    rule = first(folder, "select json_extract(rules, '$[0]') from flags where flagged limit 1")
    return (
        *OWN,
        layoff,
        f"/alerts/{alert}",
        f"/why?q={told}",
        f"/rules/{rule}",
        "/companies/halvora",
        "/nope",
        *DATASETTE,
    )


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_every_page_fits_its_window(chromium, server, every, width, scheme):
    page = chromium.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    try:
        wide = {path: seen for path in every if (seen := width_of(page, server + path)) > width}
    finally:
        page.close()
    assert wide == {}


def width_of(page, address):
    page.goto(address)
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_labels_of_the_chart_can_be_read(chromium, server, width):
    page = chromium.new_page(viewport={"width": width, "height": 844})
    try:
        page.goto(server)
        bars = page.locator(".chart svg:visible .bar rect")
        sizes = page.locator(".chart svg:visible text:visible").evaluate_all(
            "all => all.map(each => each.getBoundingClientRect().height)"
        )
        assert bars.count() >= 25
        assert len(sizes) >= 5
        assert min(sizes) >= 10
    finally:
        page.close()


def test_the_pages_work_by_keyboard_alone(chromium, server):
    page = chromium.new_page()
    try:
        page.goto(server)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "To the content"
        page.keyboard.press("Enter")
        assert page.url.endswith("#main")
        page.locator("input[type=search]").focus()
        page.keyboard.type("lay-off")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=lay-off")
        assert page.locator(".hits li").count() > 3
    finally:
        page.close()


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_axe_finds_no_serious_fault(chromium, server, every, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="skipped: no axe").Axe()
    # Our own policy lets no script in, that of the examiner included.
    context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    found = []
    for path in every:
        page.goto(server + path)
        broken = [each for each in axe.run(page).response["violations"] if each["impact"] in {"serious", "critical"}]
        found += [f"{path}: {each['id']}: {each['nodes'][0]['html'][:160]}" for each in broken]
    context.close()
    assert found == []


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Every vector as title, link, author, summary, text and guid of an article, and as name and trouble of a source."""
    folder = furnish(tmp_path_factory.mktemp("hostile"))
    archive = Archive.open(folder / "pinkslip.db")
    outlets = [source(f"s{n}", title=vector) for n, vector in enumerate(VECTORS)]
    with archive.writing():
        archive.sources.enroll(outlets, NOW)
    for n, vector in enumerate(VECTORS):
        told = article(
            f"Halvora{n} to cut {400 + n} jobs {vector}",
            source_id=f"s{n}",
            url=vector,
            id=f"{n:016x}",
            canonical_url=f"https://x.example/{n}",
            summary=f"{vector} The cuts were announced on Monday. {vector}",
            body=f"{vector}\n\nHalvora{n} will let {400 + n} people go in {vector} Lisbon, it said.",
            author=vector,
            guid=vector,
            published_at=NOW,
        )
        file(archive, [told], at=NOW, source_id=f"s{n}")
    with archive.writing():
        for n, vector in enumerate(VECTORS):
            archive.db.execute(
                "update sources set detail = ?, moved_to = ?, condition = 'failing', failures = 1, since = polled_at "
                "where id = ?",
                [vector, vector, f"s{n}"],
            )
            archive.db.execute(
                "update layoffs set company = ?, place = ?, sentence = ?, stated = ? where rowid = ?",
                [vector] * 4 + [n + 1],
            )
        archive.db.execute(
            "update alerts set reason = (select title from sources where id = 's' || (alerts.rowid % 150))"
        )
    archive.close()
    with serving(folder) as address:
        yield folder, address


@pytest.mark.slow
@pytest.mark.parametrize("bypassed", [True, False], ids=["by_escaping_alone", "as_it_is_served"])
def test_w1_nothing_runs_and_nothing_is_asked_outside(chromium, hostile, bypassed):
    folder, address = hostile
    context = chromium.new_context(bypass_csp=bypassed)
    ran, asked, links = [], [], set()
    page = context.new_page()
    page.on("dialog", lambda dialog: (ran.append(page.url), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url) if not request.url.startswith(address) else None)
    paths = addresses(folder, every_search=bypassed)
    for path in paths:
        page.goto(address + path)
        own = not path.startswith("/pinkslip")
        for protocol, origin, rel in page.locator("a[href]").evaluate_all(
            "all => all.map(a => [a.protocol, a.origin, a.rel])"
        ):
            links.add((protocol, rel if own and origin != address else None))
        # Datasette's pages bring scripts of its own, which the policy keeps from running.
        assert not own or page.locator("script, iframe, object, embed, base, meta[http-equiv]").count() == 0, path
    context.close()
    print(
        f"FIGURE W1 vectors={len(VECTORS)} pages={len(paths)} csp={'off' if bypassed else 'on'} ran={len(ran)} outside={len(asked)}"
    )
    assert (len(set(VECTORS)), ran, asked) == (150, [], [])
    assert links == {("http:", None), ("https:", None), ("https:", "noopener noreferrer nofollow")}


def addresses(folder, *, every_search):
    reader = Reader.open(folder / "pinkslip.db")
    try:
        layoffs = [row[0] for row in reader.db.execute("select id from layoffs")]
        alerts = [row[0] for row in reader.db.execute("select id from alerts")]
        companies = [row[0] for row in reader.db.execute("select distinct company_key from layoffs")]
    finally:
        reader.close()
    assert len(layoffs) > 100
    step = 1 if every_search else 10
    linked = range(len(VECTORS) - len(LINKS), len(VECTORS))
    return [
        *OWN,
        *(f"/layoffs?before={quote((NOW + timedelta(seconds=1)).isoformat())}", "/layoffs/" + layoffs[0]),
        *(f"/layoffs/{each}" for each in layoffs[::10]),
        *(f"/why?q={n:016x}" for n in sorted({*range(0, len(VECTORS), step), *linked})),
        *(f"/search?q={quote(each)}" for each in VECTORS[::step]),
        *(f"/why?q={quote(each)}" for each in VECTORS[::10]),
        *(f"/{page}/{quote(each, safe='')}" for each in TEXTS[:30:10] for page in ("layoffs", "rules", "alerts", "companies")),
        *(f"/alerts?state={quote(each)}&channel={quote(each)}" for each in TEXTS[:20:10]),
        *(f"/alerts/{each}" for each in alerts[::20]),
        *(f"/companies/{quote(each, safe='')}" for each in companies[:100:20]),
        *("/pinkslip/articles", "/pinkslip/layoffs", "/pinkslip/sources", "/pinkslip/entries", "/pinkslip/facts?_facet=text"),
        *(f"/pinkslip?sql=select+{quote(quote_sql(each))}" for each in TEXTS[:20:10]),
    ]  # fmt: skip


def quote_sql(words):
    return "'" + words.replace("'", "''").replace("\0", "") + "'"
