"""A made corpus: 200 texts that carry a secrecy mark and 1 000 ordinary ones that speak of secrecy, and a PDF of any text."""

import itertools
import random

_LEVELS = ("绝密", "机密", "秘密")
_SPACED = ("绝 密", "机　密", "秘  密")
_PERIODS = ("", "10年", "20年", "3年", "长期", "6个月")
_BODIES = (
    "关于做好二〇二六年度安全生产工作的通知",
    "各党支部：现将有关事项通知如下。",
    "会议由书记主持，应到十二人，实到十一人。",
    "一、学习中央文件精神；二、部署下一步工作。",
)
_HEADS = (
    "{level}★{period}",
    "{level} ★ {period}",
    "{level}☆{period}",
    "{level}＊{period}",
    "★{level}",
    "密级：{level}",
    "密级: {level}",
    "密 级：{level}★{period}",
    "特急 {level}",
    "{level} 特急",
    "000012\n{level}★{period}\n加急",
    "【{level}】",
    "（{level}）",
    "{level}级★{period}",
    "{level}&#9733;{period}",
    "{level}⭐{period}",
)
_OTHERS = (
    "内部资料，不得外传",
    "内部资料 严禁外传",
    "内部文件 请勿外传",
    "内部材料（注意保存，严禁外传）",
    "公开方式：不予公开",
    "公开属性：不予公开",
    "不予公开",
    "保密期限：10年",
    "保密期限：长期",
    "工作秘密",
)

_SENTENCES = (
    "会议强调，全体党员要{verb}{what}，自觉遵守保密纪律。",
    "书记带领大家学习《中华人民共和国保守国家秘密法》，{who}作了交流发言。",
    "{who}表示，作为涉密岗位人员，绝不携带机密级文件外出。",
    "支部开展保密教育，讲解绝密、机密、秘密三个等级的区别，{who}参加。",
    "选举采用无记名投票方式，保证{what}，{who}任监票人。",
    "重温入党誓词：严守党的纪律，保守党的秘密，对党忠诚，{who}领誓。",
    "{who}汇报了内部资料室的整理情况，借阅须登记。",
    "本次公开事项共三项，依规不予公开的事项按程序报上级，{who}负责。",
    "密级：无。记录人：{who}。",
    "密级：非涉密。{who}核对。",
    "讨论机密文件管理制度★重点条款，{who}作说明。",
    "信息系统机密性、完整性、可用性培训由{who}主讲。",
    "{who}提醒，工作群里严禁外传群众个人信息。",
    "会议内部讨论后形成决议，{who}负责落实，请勿外传照片以外的活动花絮照片。",
)
_WHO = ("王建国", "李秀英", "张伟", "刘芳", "陈志强", "杨洋", "赵敏", "黄磊")
_VERBS = ("严守", "保守", "坚决维护", "牢记")
_WHAT = ("国家秘密", "党和国家的秘密", "工作秘密", "投票秘密", "商业秘密", "机密要求")


def marked() -> list[str]:
    chosen = random.Random(20260101)
    made = [
        head.format(level=level, period=period)
        for head, level, period in itertools.product(_HEADS, _LEVELS + _SPACED, _PERIODS)
    ]
    heads = chosen.sample(sorted(set(made)), 160) + list(_OTHERS) * 4
    texts = []
    for number, head in enumerate(heads):
        body = _BODIES[number % len(_BODIES)]
        texts.append((f"{head}\n{body}", f"{body}\n{head}\n{body}", f"\u200b{head}\n{body}")[number % 3])
    return texts


def ordinary() -> list[str]:
    chosen = random.Random(20260102)
    return [
        "\n".join(
            sentence.format(who=chosen.choice(_WHO), verb=chosen.choice(_VERBS), what=chosen.choice(_WHAT))
            for sentence in (*chosen.sample(_SENTENCES, 3), chosen.choice(_BODIES))
        )
        for _ in range(1000)
    ]


def pdf_of(text: str) -> bytes:
    """A PDF of one page with this text: glyphs without shapes, and the table that says which letters they are."""
    letters = "".join(sorted(set(text)))
    glyphs = {letter: f"{number:04X}" for number, letter in enumerate(letters, start=1)}
    lines = "".join(f"<{''.join(glyphs[letter] for letter in line)}> Tj T* " for line in text.split("\n"))
    mapping = "".join(
        f"<{glyphs[letter]}> <{letter.encode('utf-16-be').hex()}>\n" for letter in letters if letter != "\n"
    )
    count = len(letters) - letters.count("\n")
    to_unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{count} beginbfchar\n{mapping}endbfchar endcmap end end"
    )
    content = f"BT /F1 12 Tf 14 TL 50 700 Td {lines}ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo"
        " << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 >>",
        f"<< /Length {len(to_unicode)} >>\nstream\n{to_unicode}\nendstream",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += "".join(f"{place:010d} 00000 n \n" for place in places).encode()
    return out + f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode()
