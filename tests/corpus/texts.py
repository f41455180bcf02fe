"""Cases A1 to A18: what stands in a field, as it travels (percent-encoded)."""

from urllib.parse import quote

from tests.corpus.cases import covers

SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
#: Number → the values.
TYPED: dict[str, list[str]] = {
    "A1": ["%00", "%E5%BC%A0%00%E4%B8%89"],
    "A2": ["%ff%fe"],
    "A3": ["%ed%a0%80"],
    "A4": ["a" * 100_000],
    "A5": [quote(SCRIPT)],
    "A6": [quote("{{7*7}}{% debug %}${7*7}")],
    "A7": [quote("'); DROP TABLE members_member; --"), quote("%' OR 1=1 --")],
    "A8": [quote("%_\\")],
    "A9": [quote("\u202e四三\u200b王\ufeff")],
    "A10": [quote("１２３")],
    "A11": [quote("a" + "\u0301" * 5000)],
    "A12": [quote("𠮷🙂阿卜杜·热合曼")],
    "A13": [quote("上\x0b下\x1b")],
    "A14": [quote("标题\r\nBcc: x@example.org\r\n\r\n正文")],
    "A15": [quote("\u3000 名称 \u3000")],
    "A16": ["99999999999999999999", "1e9", "-1", "abc", quote("１"), "NaN", "1e400"],
    "A17": ["0000-00-00", "2023-02-29", "9999-12-31", "1900-01-01", "2199-01-01", "25:61"],
}
for _number, _values in TYPED.items():
    covers(_number, "typed into every form")
ALL = [(number, value) for number, values in TYPED.items() for value in values]
