"""密级标志: texts that say of themselves that they are a state or work secret (reliability 5.6).

The portal is not for secrets: what carries such a mark is not kept. This reads marks, not meaning: it is a net under people
who know what they may write here, and no classification tool. `docs/secrecy-marks.md` has its measured recall and false alarms.
Knows no Django, so that the limited processes that look into files can use it.
"""

import html
import re
import unicodedata

#: How much of one text is read; nothing that people type is longer.
MAX_LENGTH = 5_000_000
_S = " ?"  # blanks are drawn together first, so that no text makes the patterns slow; a mark does not run over a line's end
_LEVEL = rf"(?:绝{_S}密|机{_S}密|秘{_S}密)"
_STAR = r"[★☆✭✮✯*※▲△◆◇●]"
_URGENCY = rf"(?:特{_S}提|特{_S}急|加{_S}急|平{_S}急|急{_S}件)"
_PERIOD = rf"(?:[0-9一二三四五六七八九十]{{1,3}}{_S}(?:年|个月)|长{_S}期)"
#: What people write after 密级 when there is none.
_NONE = rf"(?:无|非|不|公{_S}开|普{_S}通|一{_S}般|未{_S}定|[/\-—_])"
_FORBIDDEN = rf"(?:不{_S}得|严{_S}禁|请{_S}勿|切{_S}勿|禁{_S}止){_S}(?:外{_S}传|外{_S}泄|翻{_S}印)"
_PATTERNS = (
    # 秘密★10年, 机密★; not “保守党的秘密★执行党的决定”, where the star parts a list.
    rf"(?<![的守露泄]){_LEVEL}{_S}级?{_S}{_STAR}",
    rf"{_STAR}{_S}{_LEVEL}(?=$|[\s级0-9一二三四五六七八九十长])",
    # 密级：机密; a form's own “密级：无” says that there is none.
    rf"密{_S}级{_S}:{_S}(?!{_NONE})\S",
    # The head of an official document: 特急 机密, 机密 特急, perhaps behind the number of the copy.
    rf"^.{{0,20}}{_URGENCY}{_S}[·、,/]?{_S}{_LEVEL}(?=\s|$)",
    rf"^.{{0,20}}{_LEVEL}{_S}[·、,/]?{_S}{_URGENCY}(?=\s|$)",
    # A line that is nothing but the mark, or the mark and how long it holds.
    rf"^{_S}[(【\[]?{_S}(?:工{_S}作{_S})?{_LEVEL}{_S}级?{_S}(?:件|文{_S}件|资{_S}料)?{_S}[)】\]]?{_S}$",
    rf"^{_S}(?:工{_S}作{_S})?{_LEVEL}{_S}级?{_S}:?{_S}{_PERIOD}{_S}$",
    rf"保{_S}密{_S}期{_S}限{_S}:{_S}{_PERIOD}",
    rf"内{_S}部{_S}(?:资{_S}料|文{_S}件|材{_S}料|刊{_S}物).{{0,10}}?{_FORBIDDEN}",
    rf"公{_S}开{_S}(?:方{_S}式|属{_S}性|类{_S}别|选{_S}项|形{_S}式){_S}:{_S}不{_S}(?:予{_S})?公{_S}开",
    rf"^{_S}[(【\[]?{_S}不{_S}予{_S}公{_S}开{_S}[)】\]]?{_S}$",
)
_MARK = re.compile("|".join(_PATTERNS), re.MULTILINE)
#: A cheap first look: without one of these nothing can match, and most texts have none of them.
_BLANKS = re.compile(r"[^\S\n]+")
_HINT = re.compile(r"[密开传泄印㊞]")
#: Signs that nobody sees are left out, and pictures of stars are stars.
_SAME = {
    **dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF, 0xAD]),
    **dict.fromkeys(map(ord, "⭐🌟✪"), "★"),
}

REFUSAL = "内容带有密级标志或“不得外传”一类的标记。本系统为非涉密系统，不能保存；请删去涉密内容后再提交，原件请按保密规定处理。"


def is_marked(text: str) -> bool:
    """Whether the text carries a mark, also with full-width letters, signs written as numbers, or spaces in between."""
    text = text[:MAX_LENGTH]
    if "&#" in text:
        text = html.unescape(text)
    if not _HINT.search(text):
        return False
    return bool(_MARK.search(_BLANKS.sub(" ", unicodedata.normalize("NFKC", text.translate(_SAME)))))
