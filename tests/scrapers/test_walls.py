"""Pages of our own, made as the known kinds of wall are, and articles about the very same things."""

from __future__ import annotations

import json

import pytest

from scrapers.items import Document, Failed, Page, Reason
from scrapers.pages import extract


def served(title: str, body: str, head: str = "", headers: tuple[tuple[bytes, bytes], ...] = ()) -> Document:
    html = f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    return Document(
        url="https://news.example/halvora",
        status=200,
        headers=((b"content-type", b"text/html; charset=utf-8"), *headers),
        body=html.encode(),
    )


CONSENT = {
    "English": (
        "Your privacy choices",
        (
            "We and our 842 partners store and access personal data, such as cookies, on your device. You can accept or reject this.",
            "If you agree, we use precise location data and personalised advertising, and measure how advertising performs for our partners.",
            "You can withdraw your consent at any time in the privacy settings, or object where a legitimate interest is claimed.",
        ),
        ("Accept all", "Reject all"),
    ),
    "German": (
        "Der Volmarer: Mit Werbung weiterlesen",
        (
            "Besuchen Sie uns wie gewohnt mit Werbung und Tracking. Ihre Zustimmung können Sie jederzeit widerrufen.",
            "Wir und unsere Partner speichern Cookies auf Ihrem Gerät und verarbeiten personenbezogene Daten für zugeschnittene Werbung.",
            "Einzelheiten und Einstellungen stehen in der Datenschutzerklärung; dort können Sie die Einwilligung auch ablehnen.",
        ),
        ("Akzeptieren und weiter", "Jetzt abonnieren"),
    ),
    "French": (
        "Bienvenue",
        (
            "Nous et nos partenaires utilisons des cookies pour accéder à des données personnelles sur votre appareil.",
            "Avec votre consentement, vos données servent à personnaliser la publicité et à en mesurer la performance.",
            "Vous pouvez paramétrer vos choix ou retirer votre consentement depuis la page de confidentialité.",
        ),
        ("Accepter et continuer", "Refuser"),
    ),
    "Spanish": (
        "Su privacidad nos importa",
        (
            "Nosotros y nuestros socios almacenamos cookies en su dispositivo y tratamos datos personales con su consentimiento.",
            "Los usamos para mostrar publicidad personalizada y para la medición de la publicidad y del contenido.",
            "Puede aceptar, rechazar o configurar sus opciones en la política de privacidad en cualquier momento.",
        ),
        ("Aceptar y continuar", "Configurar"),
    ),
    "Dutch": (
        "Uw privacy",
        (
            "Wij en derde partijen plaatsen cookies op uw apparaat en verwerken persoonsgegevens met uw toestemming.",
            "Zo tonen wij gepersonaliseerde advertenties en meten wij hoe vaak advertenties worden bekeken.",
            "U kunt uw toestemming altijd intrekken via de instellingen, zie ons privacybeleid voor alle doeleinden.",
        ),
        ("Akkoord", "Instellingen"),
    ),
    "Swedish": (
        "Din integritet",
        (
            "Vi och våra partner lagrar kakor på din enhet och behandlar personuppgifter när du ger ditt samtycke.",
            "Uppgifterna används för anpassade annonser och för mätning av annonser och innehåll på alla enheter.",
            "Du kan återkalla ditt samtycke i inställningarna, där också alla ändamål för cookies beskrivs.",
        ),
        ("Godkänn alla", "Inställningar"),
    ),
}


def consent(language: str, head: str = "") -> Document:
    title, said, pressed = CONSENT[language]
    buttons = "".join(f"<button type='button'>{words}</button>" for words in pressed)
    paragraphs = "".join(f"<p>{words}</p>" for words in said)
    return served(title, f"<main><div class='box'><h1>{title}</h1>{paragraphs}{buttons}</div></main>", head)


@pytest.mark.parametrize("language", CONSENT)
def test_a_page_that_asks_for_consent_is_no_article_in_any_language(language):
    outcome = extract(consent(language))
    assert isinstance(outcome, Failed)
    assert outcome.reason is Reason.CONSENT_WALL


@pytest.mark.parametrize("language", CONSENT)
def test_nor_is_it_one_with_the_head_of_the_article_that_it_hides(language):
    told = {"@type": "NewsArticle", "headline": "Halvora cuts 120 jobs", "datePublished": "2026-03-02T09:30:00Z"}
    head = f'<meta property="og:type" content="article"><script type="application/ld+json">{json.dumps(told)}</script>'
    outcome = extract(consent(language, head))
    assert isinstance(outcome, Failed)
    assert outcome.reason is Reason.CONSENT_WALL


BOTS = {
    "Cloudflare": served(
        "Just a moment...",
        "<noscript><p>Enable JavaScript and cookies to continue</p></noscript><script>window._cf_chl_opt = {cRay: '8f'};</script>",
    ),
    "Cloudflare, blocked": served(
        "Attention Required! | Cloudflare",
        "<div id='cf-error-details'><h1>Sorry, you have been blocked</h1><h2>You are unable to access news.example</h2>"
        "<p>This website is using a security service to protect itself from online attacks. The action you just performed triggered "
        "the security solution. There are several actions that could trigger this block including submitting a certain word or phrase, "
        "a SQL command or malformed data.</p><p>You can email the site owner to let them know you were blocked.</p></div>",
    ),
    "by its header": served("News", "<p>Wait.</p>", headers=((b"cf-mitigated", b"challenge"),)),
    "PerimeterX": served(
        "Access to this page has been denied",
        "<h1>Press &amp; Hold to confirm you are a human (and not a bot).</h1><div id='px-captcha'></div><p>Reference ID 7f2</p>",
    ),
    "DataDome": served(
        "news.example",
        "<p>Please enable JS and disable any ad blocker</p><script>var dd={'host':'geo.captcha-delivery.com'}</script>",
    ),
    "Akamai": served(
        "Access Denied",
        '<h1>Access Denied</h1>You don\'t have permission to access "http://news.example/halvora" on this server.'
        "<p>Reference #18.5f2e1602.1772445000.1a2b3c4d</p><p>https://errors.edgesuite.net/18.5f2e1602.1772445000.1a2b3c4d</p>",
    ),
    "Imperva": served(
        "Pardon Our Interruption",
        "<h1>Pardon Our Interruption</h1><p>As you were browsing something about your browser made us think you were a bot. There are a few "
        "reasons this might happen: you're a power user moving through this website with super-human speed, you've disabled cookies in "
        "your web browser, or a third-party browser plugin is preventing JavaScript from running.</p><p>To regain access, please make sure "
        "that cookies and JavaScript are enabled before reloading the page.</p>",
    ),
    "German": served(
        "Sicherheitsprüfung",
        "<h1>Sind Sie ein Mensch?</h1><p>Bitte lösen Sie die Aufgabe.</p><div class='h-captcha'></div>",
    ),
    "French": served(
        "Vérification de sécurité", "<h1>Êtes-vous un robot ?</h1><p>Cochez la case.</p><div class='g-recaptcha'></div>"
    ),
    "without words": served("news.example", "<div class='g-recaptcha' data-sitekey='k'></div><form></form>"),
}


@pytest.mark.parametrize("kind", BOTS)
def test_a_page_that_asks_for_a_human_is_no_article(kind):
    outcome = extract(BOTS[kind])
    assert isinstance(outcome, Failed)
    assert outcome.reason is Reason.BOT_WALL


PROMISE = (
    "<p>Readers with an account follow the companies they care about, save articles for later and take part in the debate below them. "
    "An account is free, and you can have our morning letter with it. It takes a minute.</p>"
)
FORM = "<form><input name='username'><input type='password' name='word'><button>Go</button></form>"


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("Log in | The Volmarer", "Welcome back"),
        ("The Volmarer", "Sign in to your account"),
        ("Anmelden – Der Volmarer", "Mein Konto"),
        ("Se connecter", "Mon compte"),
        ("Iniciar sesión", "Mi cuenta"),
        ("Inloggen", "Mijn account"),
        ("Logga in", "Mitt konto"),
    ],
)
def test_a_page_that_asks_for_a_password_is_no_article(title, heading):
    outcome = extract(served(title, f"<main><h1>{heading}</h1>{PROMISE}{FORM}</main>"))
    assert isinstance(outcome, Failed)
    assert outcome.reason is Reason.LOGIN_WALL


LOST = (
    "<p>The address may be wrong, or the page may have moved while we tidied up; most old links lead somewhere all the same.</p>"
    "<p>You could try the search above, go to our front page, or have a look at what others are reading at this moment of the day.</p>"
)


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("Page not found | The Volmarer", "Page not found"),
        ("404 - The Volmarer", "Oops! We can't find that page"),
        ("The Volmarer", "This article is no longer available"),
        ("The Volmarer", "Sorry, the page you were looking for could not be found"),
        ("Fehler 404", "Diese Seite wurde leider nicht gefunden"),
        ("Page introuvable", "Cette page n'existe plus"),
        ("El Volmarer", "Página no encontrada"),
        ("De Volmarer", "Deze pagina bestaat niet meer"),
        ("Volmaren", "Sidan kunde inte hittas"),
    ],
)
def test_a_page_that_says_it_is_not_there_is_no_article(title, heading):
    outcome = extract(served(title, f"<main><h1>{heading}</h1>{LOST}</main>"))
    assert isinstance(outcome, Failed)
    assert outcome.reason is Reason.ERROR_PAGE


def test_an_error_page_with_news_to_read_instead_is_still_one():
    teasers = "".join(
        f"<article><h3>Halvora {n}</h3><p>{'Volmar Motors speaks of its plans. ' * 5}</p></article>" for n in range(6)
    )
    outcome = extract(served("Page not found | The Volmarer", f"<main><h1>Page not found</h1>{LOST}{teasers}</main>"))
    assert isinstance(outcome, Failed)
    assert outcome.reason is Reason.ERROR_PAGE


@pytest.mark.parametrize(
    "body",
    [
        "<h1>volmarer.example</h1><p>This domain is for sale! Make an offer and we will get back to you within a day.</p>",
        "<h1>volmarer.example</h1><p>Diese Domain steht zum Verkauf. Der Inhaber nimmt Ihr Angebot gern entgegen.</p>",
        "<p>Related searches</p><ul><li>Loans</li><li>Cars</li></ul><script src='https://www.sedoparking.com/a.js'></script>",
    ],
)
def test_a_parked_domain_is_no_article(body):
    outcome = extract(served("volmarer.example", body))
    assert isinstance(outcome, Failed)
    assert outcome.reason is Reason.ERROR_PAGE


@pytest.mark.parametrize(
    "body",
    [
        "<div id='root'></div><noscript>You need to enable JavaScript to run this app.</noscript><script src='/a.js'></script>",
        "<div id='__next'></div><script src='/a.js'></script>",
    ],
)
def test_a_shell_that_only_scripts_fill_has_no_text_and_says_why(body):
    outcome = extract(served("The Volmarer", body))
    assert isinstance(outcome, Failed)
    assert outcome.reason is Reason.NO_TEXT
    assert "JavaScript" in outcome.detail


BANNER = "<div class='banner'><p>We and our partners use cookies. Accept?</p><button>Accept all</button><button>Settings</button></div>"
ARTICLES = {
    "cookies": (
        "Nexora must pay for its cookie banner",
        "The data protection authority has fined Nexora over the cookie banner of its shop, which hid the button to reject all.",
        "For two years personal data went to 300 advertising partners before anyone had given consent, the authority wrote.",
        "Nexora said on Tuesday that it would appeal. Its chief executive, Ada Lindqvist, called the sum out of all proportion.",
        "The company employs 4,000 people in Tirmona, and has said that it may close a warehouse there before the summer.",
        "Lawyers expect that the ruling will lead other shops to redesign what they ask of visitors this year.",
    ),
    "captchas": (
        "Are you a robot? Why captchas are losing to machines",
        "Researchers at the university of Tirmona have built a program that solves picture puzzles faster than their students do.",
        "Verifying that you are human has become a business of its own, and Brantiq earns 40 million a year with it.",
        "The company lays off a third of its staff all the same, since banks are moving to keys that live in a telephone.",
    ),
    "missing pages": (
        "404: how the web forgets",
        "Half of the links in court rulings lead nowhere after seven years, a study by the library of Tirmona has found.",
        "Page not found is the sentence that its authors read most often, and the archive at Kelpanto can help with one in three.",
        "The archive itself has to let twelve of its forty people go in spring because the state has cut its grant again.",
    ),
    "a sentence for them": (
        "Page not found: what links say of us",
        "Every tenth link of the city of Tirmona leads to a page that says it could not be found, a count has shown.",
        "The city wants to mend them by summer, with the help of three people whose jobs were to end in March.",
        "Their contracts run on until the end of the year, the mayor said when she presented the plan on Tuesday.",
    ),
    "logins": (
        "Sign in with your face, says Ospera Bank",
        "Ospera Bank will close 40 branches and cut 600 jobs, and asks its customers to log in with a picture of their face.",
        "Whoever has no telephone of the newest kind may keep a password until the end of next year, the bank told its clients.",
        "Consumer groups in Tirmona have asked the regulator to look into the plan before it is carried out anywhere.",
    ),
    "domains": (
        "The domain is for sale, the paper is not",
        "The Volmarer has sold its address on the web for three million, and moves to a shorter one in the first week of May.",
        "The domain is for sale once more since Monday, as the buyer could not pay; a broker in Tirmona takes offers.",
        "For the forty people in the newsroom nothing changes, the publisher said, and no job depends on the deal.",
    ),
}


@pytest.mark.parametrize("described", [True, False], ids=["in JSON-LD", "plain"])
@pytest.mark.parametrize("about", ARTICLES)
def test_an_article_about_such_things_is_an_article(about, described):
    title, *said = ARTICLES[about]
    told = {"@type": "NewsArticle", "headline": title, "datePublished": "2026-03-02T09:30:00Z"}
    head = f'<script type="application/ld+json">{json.dumps(told)}</script>' if described else ""
    paragraphs = "".join(f"<p>{words}</p>" for words in said)
    login = "<form class='login'><input type='email'><input type='password'></form><div class='g-recaptcha'></div>"
    page = extract(
        served(title, f"{BANNER}<article><h1>{title}</h1>{paragraphs}</article><footer>{login}</footer>", head)
    )
    assert isinstance(page, Page)
    assert said[0] in page.text


@pytest.mark.parametrize(
    "title",
    [
        "Captcha maker Halvora cuts 300 jobs",
        "Security check firm Brantiq to lay off 300",
        "Access denied: 300 workers at Tirmona lose their badges overnight",
        "Login startup Nexora lays off 300 of its people",
        "410 page staff laid off at the Volmarer",
    ],
)
def test_a_short_report_whose_headline_begins_like_a_wall_is_an_article(title):
    said = f"{title}, the firm said on Monday. Those who go were told in a call; severance is paid until spring, " * 3
    page = extract(served(title, f"<article><h1>{title}</h1><p>{said}</p></article>"))
    assert isinstance(page, Page)
