"""Styles, settings and fonts of the Word documents, as the parts of a .docx hold them (namespaces are added by `paper.py`)."""

#: Each font that the standard asks for, the ordinary one that stands in for it, and its family.
FONTS = (
    ("仿宋_GB2312", "仿宋", "modern"),
    ("方正小标宋简体", "宋体", "script"),
    ("楷体_GB2312", "楷体", "modern"),
    ("黑体", "SimHei", "modern"),
    ("宋体", "SimSun", "auto"),
)


def _fonts(name: str) -> str:
    return (
        f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}" w:hint="eastAsia"/>'
    )


def _style(key: str, name: str, properties: str, letters: str = "", *, based_on: str = "Normal") -> str:
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{key}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{based_on}"/><w:qFormat/><w:pPr>{properties}</w:pPr><w:rPr>{letters}</w:rPr></w:style>'
    )


def _built_in(key: str, name: str, properties: str, letters: str) -> str:
    return _style(key, name, properties, letters).replace(' w:customStyle="1"', "")


_EXACT = '<w:spacing w:before="0" w:after="0" w:line="579" w:lineRule="exact"/>'
_INDENT = '<w:ind w:firstLineChars="200" w:firstLine="632"/>'
_OFF_GRID = '<w:snapToGrid w:val="0"/>'


#: 28 characters of 16 pt in 156 mm.
_BODY = '<w:spacing w:val="-5"/>'


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _loose(points: int, before: int = 0, after: int = 0) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{points * 20}" w:lineRule="exact"/>'


STYLES = "".join(
    (
        "<w:styles><w:docDefaults><w:rPrDefault><w:rPr>",
        _fonts("仿宋_GB2312"),
        '<w:kern w:val="0"/>',
        _size(32),
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>',
        "<w:pPrDefault><w:pPr/></w:pPrDefault></w:docDefaults>",
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/><w:pPr>',
        '<w:widowControl w:val="0"/><w:kinsoku/><w:overflowPunct/>',
        _EXACT,
        '<w:jc w:val="both"/></w:pPr><w:rPr>',
        _fonts("仿宋_GB2312"),
        _size(32),
        "</w:rPr></w:style>",
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">',
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>',
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>',
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>',
        '<w:top w:w="0" w:type="dxa"/><w:left w:w="85" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>',
        '<w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>',
        '<w:style w:type="table" w:customStyle="1" w:styleId="Ruled"><w:name w:val="Ruled"/>',
        '<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>',
        "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        ),
        "</w:tblBorders></w:tblPr></w:style>",
        _built_in(
            "Title",
            "Title",
            f'<w:keepNext/>{_EXACT}<w:jc w:val="center"/>',
            _fonts("方正小标宋简体") + _size(44),
        ),
        _style(
            "Subject",
            "Subject",
            f'<w:keepNext/>{_EXACT}<w:jc w:val="center"/>',
            _fonts("楷体_GB2312") + _BODY + _size(32),
        ),
        _style("Text", "Running Text", _INDENT, _BODY),
        _built_in(
            "Heading1",
            "heading 1",
            f'<w:keepNext/>{_INDENT}<w:outlineLvl w:val="0"/>',
            _fonts("黑体") + _BODY + _size(32),
        ),
        _built_in(
            "Heading2",
            "heading 2",
            f'<w:keepNext/>{_INDENT}<w:outlineLvl w:val="1"/>',
            _fonts("楷体_GB2312") + _BODY + _size(32),
        ),
        _style("Fact", "Fact", f'{_OFF_GRID}{_loose(20, 50, 50)}<w:jc w:val="left"/>', _size(28)),
        _style(
            "FactHead",
            "Fact Head",
            f'{_OFF_GRID}{_loose(20, 50, 50)}<w:jc w:val="center"/>',
            _fonts("黑体") + _size(28),
        ),
        _style("Cell", "Cell", f'{_OFF_GRID}{_loose(16, 30, 30)}<w:jc w:val="center"/>', _size(24)),
        _style(
            "CellHead",
            "Cell Head",
            f'<w:keepNext/>{_OFF_GRID}{_loose(16, 30, 30)}<w:jc w:val="center"/>',
            _fonts("黑体") + _size(24),
        ),
        _style("Small", "Small", f'{_OFF_GRID}{_loose(16)}<w:jc w:val="left"/>', _size(21)),
        _style(
            "Picture",
            "Picture",
            f'{_OFF_GRID}<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="left"/>',
        ),
        _style("Signature", "Signature Line", f'<w:keepLines/>{_EXACT}<w:jc w:val="left"/>'),
        _style(
            "Contents",
            "Contents",
            '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="8844"/></w:tabs>'
            f'{_OFF_GRID}{_loose(24, 40, 40)}<w:jc w:val="left"/>',
            _size(28),
        ),
        _style(
            "Cover",
            "Cover",
            f'{_OFF_GRID}{_loose(52)}<w:jc w:val="center"/>',
            _fonts("方正小标宋简体") + _size(72),
        ),
        _style(
            "PageNumber",
            "Page Number Line",
            _OFF_GRID + '<w:ind w:leftChars="100" w:rightChars="100"/>',
            _fonts("宋体") + _size(28),
        ),
        "</w:styles>",
    )
)

SETTINGS = (
    '<w:settings><w:zoom w:percent="100"/>'
    '<w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/></w:settings>'
)

FONT_TABLE = (
    "<w:fonts>"
    + "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="{family}"/>'
        f'<w:pitch w:val="default"/></w:font>'
        for name, other, family in FONTS
    )
    + "</w:fonts>"
)
