"""Articles: what is typed and pasted becomes headings, lists, bold and links, and nothing that acts ever comes out."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.article import article_html, clean_article, is_address

ALLOWED = {"h2": set(), "h3": set(), "p": set(), "ul": set(), "ol": set(), "li": set(), "strong": set(),
           "blockquote": set(), "a": {"href", "rel"}}  # fmt: skip

# Reliability F: mXSS, javascript: in disguise, hx-*, DOM clobbering, trackers, CSS, handlers.
PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<script>alert(1)",
    "<img src=x onerror=alert(1)>",
    '<img src="/a.png" width=1 height=1>',
    "<svg onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><script>alert(1)</script></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<template><script>alert(1)</script></template>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=x></object><embed src=x>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href=" &#14; javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>',
    '<a href="//evil.example/">x</a>',
    '<a href="/\\evil.example/">x</a>',
    '<a href="https://user@evil.example/">x</a>',
    '<a href="https://ok.example/" onclick="alert(1)" style="position:fixed" id=forms name=forms>x</a>',
    '<p hx-get="/x" data-hx-post="/y" hx-on::load="alert(1)">x</p>',
    "<form action=/x><input name=csrfmiddlewaretoken><button>x</button></form>",
    "<p id=csrfmiddlewaretoken name=forms class=site-head>x</p>",
    '<p style="background:url(//evil.example/x)">x</p>',
    "<style>body{display:none}</style><p>x</p>",
    "<link rel=stylesheet href=//evil.example><meta http-equiv=refresh content=0>",
    "<base href=//evil.example>",
    "<video src=x onerror=alert(1) autoplay></video>",
    "<details open ontoggle=alert(1)>x</details>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<textarea></textarea><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><p>x</p>",
    "<<script>script>alert(1)<</script>/script>",
    "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    "<scr\u200bipt>alert(1)</script>",
    "<o:p><script>alert(1)</script></o:p>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert%281%29)",
    "[x](data:text/html;base64,xx)",
    '[x](https://a.example/"onmouseover="alert(1))',
    "[<script>](https://a.example/<script>)",
    "[a](/\\evil.example) [b](//evil.example)",
    "**<img src=x onerror=alert(1)>**",
    "# <script>alert(1)</script>",
    "- <img src=x onerror=alert(1)>",
    "> <svg onload=alert(1)>",
    "{{ 7|add:7 }} {% debug %} ${7*7}",
    '"><script>alert(1)</script>',
    "'-alert(1)-'",
    "<p>" * 20_000 + "x",
    "<ul><li>" * 5_000 + "x",
    "<!--" * 50_000,
    "<a " * 50_000,
    "[" * 50_000,
    "**" * 50_000,
    "<p title='" + "x" * 200_000,
    "&" * 100_000,
]


class Seen(HTMLParser):
    """Every tag, attribute and address of a piece of markup."""

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag


def faults(html: str) -> list[str]:
    wrong = []
    for tag, attributes in Seen(html).found:
        if tag not in ALLOWED or set(attributes) - ALLOWED[tag]:
            wrong.append(f"{tag} {attributes}")
        elif tag == "a" and not is_address(attributes["href"]):
            wrong.append(attributes["href"])
    return wrong


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload[:30])
def test_nothing_that_acts_comes_out(payload):
    began = time.perf_counter()
    stored = clean_article(payload)
    assert faults(article_html(stored)) == []
    assert faults(article_html(payload)) == [], "also when it was stored without being cleaned"
    assert clean_article(stored) == stored
    assert time.perf_counter() - began < 5


@given(st.text(max_size=300) | st.text(alphabet="<>/ap=\"'[]()*#-! \nhref:javscritp.&;", max_size=200))
def test_whatever_is_typed(text):
    stored = clean_article(text)
    assert clean_article(stored) == stored
    assert faults(article_html(stored)) == []


def test_the_markup():
    text = "# 学习党章\n\n导语**要点**，见[条例](https://a.example/x?y=1&z=2)。\n## 要求\n- 甲\n- 乙\n\n1. 一\n2. 二\n> 引文\n末段 [本站](/activities/)"
    assert article_html(text) == (
        "<h2>学习党章</h2>\n"
        '<p>导语<strong>要点</strong>，见<a href="https://a.example/x?y=1&amp;z=2" rel="noopener noreferrer nofollow">条例</a>。</p>\n'
        "<h3>要求</h3>\n<ul><li>甲</li><li>乙</li></ul>\n<ol><li>一</li><li>二</li></ol>\n"
        "<blockquote><p>引文</p></blockquote>\n"
        '<p>末段 <a href="/activities/">本站</a></p>'
    )


def test_plain_text_stays_what_it_is():
    text = "1、第一\n3 < 5 且 5 > 3\nA & B\n——完"
    assert clean_article(text) == text
    assert article_html(text) == "<p>1、第一</p>\n<p>3 &lt; 5 且 5 &gt; 3</p>\n<p>A &amp; B</p>\n<p>——完</p>"


def test_a_page_pasted_from_elsewhere():
    pasted = """<html><head><title>题</title><style>p{}</style></head><body class="x"><h1>学习<span>党章</span></h1>
      <p style="margin:0" class=MsoNormal>第一段，<b>要点</b>和<a href="https://a.example/1">链接</a>。<o:p></o:p></p>
      <ol><li>一</li><li>二</li></ol><ul><li><p>甲</p></li></ul><h4>小结</h4><p>1 &lt; 2</p>
      <table><tr><td>名</td><td>数</td></tr></table><script>alert(1)</script></body></html>"""
    assert clean_article(pasted) == (
        "# 学习党章\n\n第一段，**要点**和[链接](https://a.example/1)。\n\n1. 一\n\n2. 二\n- 甲\n\n## 小结\n\n1 ＜ 2\n\n名　数"
    )


def test_control_characters_and_line_ends():
    assert clean_article("a\r\nb\rc\x00\u202e\u200bd\n\n\n\ne  \n") == "a\nb\ncd\n\ne"
