"""Writes a story's page as publishers do: the text, and a good deal around it."""

from __future__ import annotations

import json
from datetime import datetime
from html import escape

from monitor.demo.stories import Outlet, Story


def paragraphs(story: Story) -> str:
    return "\n".join(f"<p>{escape(' '.join(paragraph.split()))}</p>" for paragraph in story.body.split("\n\n"))


def article(outlet: Outlet, site: str, story: Story, published: datetime) -> bytes:
    about = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": published.isoformat(),
        "author": [{"@type": "Person", "name": story.author}],
        "publisher": {"@type": "Organization", "name": outlet.title},
        "mainEntityOfPage": f"{site}{story.path}",
    }
    linked = json.dumps(about, ensure_ascii=False).replace("<", "\\u003c")
    name, title = escape(outlet.title), escape(story.title)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title} | {name}</title>
<meta name="description" content="{escape(story.teaser)}">
<meta property="og:title" content="{title}">
<meta property="og:site_name" content="{name}">
<meta property="article:published_time" content="{published.isoformat()}">
<link rel="canonical" href="{site}{story.path}">
<link rel="alternate" type="application/rss+xml" href="/feed" title="{name}">
<script type="application/ld+json">{linked}</script>
</head>
<body>
<header><a href="/">{name}</a><p>{escape(outlet.about)}</p></header>
<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li><li><a href="/opinion">Opinion</a></li>
<li><a href="/about">About us</a></li><li><a href="/subscribe">Subscribe</a></li></ul></nav>
<main>
<article>
<h1>{title}</h1>
<p class="byline">By <a rel="author" href="/authors">{escape(story.author)}</a>
<time datetime="{published.isoformat()}">{published:%d %B %Y, %H:%M} UTC</time></p>
{paragraphs(story)}
</article>
</main>
<aside><h2>Most read</h2><ul>
<li><a href="/news/quiz">The quiz of the week</a></li>
<li><a href="/news/photos">The year in pictures</a></li>
<li><a href="/jobs">1,200 open jobs in our job market</a></li></ul></aside>
<section class="newsletter"><h2>Our newsletter</h2><p>Every morning at seven, free of charge.</p>
<form action="/subscribe"><input name="address" type="email"><button>Sign up</button></form></section>
<footer><p>© {published.year} {name}. All outlets, companies and people here are invented.</p>
<ul><li><a href="/privacy">Privacy</a></li><li><a href="/imprint">Imprint</a></li></ul></footer>
</body>
</html>
""".encode()


def front(outlet: Outlet) -> bytes:
    name = escape(outlet.title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        f'<link rel="alternate" type="application/rss+xml" href="/feed" title="{name}"></head>'
        f"<body><h1>{name}</h1><p>{escape(outlet.about)}</p></body></html>\n"
    ).encode()
