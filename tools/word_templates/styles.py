"""The look shared by the four templates: A4, Calibri (Carlito where there is no Calibri, same
widths), one deep petrol accent, real styles that staff find under their usual names in Word."""

from dataclasses import dataclass

PETROL = "0B4F5C"
TINT = "E9F1F3"
RULE = "C5D5D9"
INK = "1F2A30"
GREY = "55646C"
AMBER = "8A4B08"
AMBER_TINT = "FBF1E2"
TAG = "7A8A92"
FONT = "Calibri"
NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@dataclass(frozen=True)
class ParagraphStyle:
    """Sizes in points, spaces in twentieths of a point, ``extra`` more paragraph properties in
    the schema's order before spacing, ``after_spacing`` those that come after."""

    id: str
    name: str
    size: float = 10.5
    color: str = INK
    bold: bool = False
    italic: bool = False
    caps: bool = False
    before: int = 0
    after: int = 80
    line: int = 259
    keep_next: bool = False
    outline: int | None = None
    extra: str = ""
    after_spacing: str = ""
    based_on: str = "Normal"
    custom: bool = False

    def xml(self) -> str:
        custom = ' w:customStyle="1"' if self.custom else ""
        default = ' w:default="1"' if self.id == "Normal" else ""
        based = f'<w:basedOn w:val="{self.based_on}"/>' if self.id != "Normal" else ""
        following = '<w:next w:val="Normal"/>' if self.outline is not None else ""
        keep = "<w:keepNext/><w:keepLines/>" if self.keep_next else ""
        outline = f'<w:outlineLvl w:val="{self.outline}"/>' if self.outline is not None else ""
        return (
            f'<w:style {NAMESPACE} w:type="paragraph"{custom}{default} w:styleId="{self.id}">'
            f'<w:name w:val="{self.name}"/>{based}{following}<w:qFormat/>'
            f"<w:pPr>{keep}{self.extra}"
            f'<w:spacing w:before="{self.before}" w:after="{self.after}" '
            f'w:line="{self.line}" w:lineRule="auto"/>{self.after_spacing}{outline}</w:pPr>'
            f"<w:rPr>{self._run()}</w:rPr></w:style>"
        )

    def _run(self) -> str:
        half_points = round(self.size * 2)
        spacing = '<w:spacing w:val="20"/>' if self.caps else ""
        return (
            ("<w:b/><w:bCs/>" if self.bold else "")
            + ("<w:i/><w:iCs/>" if self.italic else "")
            + ("<w:caps/>" if self.caps else "")
            + f'<w:color w:val="{self.color}"/>{spacing}'
            + f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'
        )


_INSET = '<w:ind w:left="227" w:right="57"/>'


def _side(color: str, fill: str) -> str:
    return (
        f'<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="{color}"/></w:pBdr>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
    )


_LIST = '<w:numPr><w:numId w:val="1"/></w:numPr>'

PARAGRAPHS = (
    ParagraphStyle("Normal", "Normal"),
    ParagraphStyle("Surtitre", "Surtitre", 9.5, PETROL, True, caps=True, after=20, custom=True),
    ParagraphStyle("Title", "Title", 24, PETROL, True, after=20, line=240, keep_next=True),
    ParagraphStyle("Subtitle", "Subtitle", 13, GREY, after=200, line=247, keep_next=True),
    ParagraphStyle(
        "Heading1", "heading 1", 14, PETROL, True, before=320, after=100, line=240,
        keep_next=True, outline=0,
        extra=f'<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="3" w:color="{RULE}"/></w:pBdr>',
    ),
    ParagraphStyle(
        "Heading2", "heading 2", 11.5, PETROL, True, before=200, after=50, line=247,
        keep_next=True, outline=1,
    ),
    ParagraphStyle("Header", "header", 8.5, GREY, after=0, line=240),
    ParagraphStyle("Footer", "footer", 8.5, GREY, after=0, line=240),
    ParagraphStyle("ListBullet", "List Bullet", after=40, extra=_LIST,
                   after_spacing="<w:contextualSpacing/>"),
    ParagraphStyle("Precision", "Précision", 9.5, GREY, italic=True, after=60, custom=True,
                   keep_next=True),
    ParagraphStyle("Projet", "Mention projet", 10.5, AMBER, True, before=40, after=200,
                   extra=_side(AMBER, AMBER_TINT), after_spacing=_INSET, custom=True),
    ParagraphStyle("Valide", "Mention validé", 10.5, PETROL, True, before=40, after=200,
                   extra=_side(PETROL, TINT), after_spacing=_INSET, custom=True),
    ParagraphStyle("Cellule", "Cellule", 10, before=30, after=30, line=247, custom=True),
    ParagraphStyle("Libelle", "Libellé", 10, PETROL, True, before=30, after=30, line=247,
                   custom=True),
    ParagraphStyle("Retard", "En retard", 9.5, AMBER, True, after=30, line=240, custom=True),
    ParagraphStyle("Groupe", "Groupe", 10, PETROL, True, before=30, after=30, line=247,
                   keep_next=True, custom=True),
    ParagraphStyle("EnteteTableau", "En-tête de tableau", 9.5, "FFFFFF", True, before=40,
                   after=40, line=240, keep_next=True, custom=True),
    ParagraphStyle("Expediteur", "Expéditeur", 10, GREY, after=0, custom=True),
    ParagraphStyle("Destinataire", "Destinataire", 10.5, after=0, custom=True,
                   after_spacing='<w:ind w:left="5160"/>'),
    ParagraphStyle("Objet", "Objet", 10.5, after=20, custom=True),
    ParagraphStyle("PointNumerote", "Point numéroté", 10.5, after=40, custom=True,
                   extra='<w:tabs><w:tab w:val="left" w:pos="454"/></w:tabs>',
                   after_spacing='<w:ind w:left="454" w:hanging="454"/>'),
    ParagraphStyle("Encadre", "Encadré", 10.5, before=200, after=160, custom=True,
                   extra=_side(PETROL, TINT), after_spacing=_INSET),
    ParagraphStyle("Balise", "Balise", 8, TAG, before=0, after=0, line=240, custom=True),
)  # fmt: skip


def styles_xml() -> list[str]:
    return [_DEFAULTS, *(style.xml() for style in PARAGRAPHS), *_OTHERS]


_DEFAULTS = f"""<w:docDefaults {NAMESPACE}>
<w:rPrDefault><w:rPr><w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>
<w:color w:val="{INK}"/><w:sz w:val="21"/><w:szCs w:val="21"/>
<w:lang w:val="fr-FR" w:eastAsia="fr-FR" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>
<w:pPrDefault><w:pPr><w:spacing w:after="80" w:line="259" w:lineRule="auto"/></w:pPr></w:pPrDefault>
</w:docDefaults>"""

_OTHERS = (
    f"""<w:style {NAMESPACE} w:type="character" w:default="1" w:styleId="DefaultParagraphFont">
<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>""",
    f"""<w:style {NAMESPACE} w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/>
<w:rPr><w:color w:val="{PETROL}"/><w:u w:val="single"/></w:rPr></w:style>""",
    f"""<w:style {NAMESPACE} w:type="numbering" w:default="1" w:styleId="NoList">
<w:name w:val="No List"/><w:semiHidden/></w:style>""",
    f"""<w:style {NAMESPACE} w:type="table" w:default="1" w:styleId="TableNormal">
<w:name w:val="Normal Table"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>
<w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>
<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>""",
    f"""<w:style {NAMESPACE} w:type="table" w:customStyle="1" w:styleId="TableauQuadrille">
<w:name w:val="Tableau quadrillé"/><w:basedOn w:val="TableauSobre"/><w:tblPr><w:tblBorders>
<w:left w:val="single" w:sz="4" w:color="{RULE}"/>
<w:right w:val="single" w:sz="4" w:color="{RULE}"/>
<w:insideV w:val="single" w:sz="4" w:color="{RULE}"/></w:tblBorders></w:tblPr></w:style>""",
    f"""<w:style {NAMESPACE} w:type="table" w:customStyle="1" w:styleId="TableauSobre">
<w:name w:val="Tableau sobre"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>
<w:top w:val="single" w:sz="4" w:color="{RULE}"/>
<w:bottom w:val="single" w:sz="4" w:color="{RULE}"/>
<w:insideH w:val="single" w:sz="4" w:color="{RULE}"/></w:tblBorders></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{PETROL}"/>
</w:tcPr></w:tblStylePr></w:style>""",
)

NUMBERING = f"""<w:numbering {NAMESPACE}>
<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="hybridMultilevel"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/>
<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="397" w:hanging="227"/></w:pPr>
<w:rPr><w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}"/><w:color w:val="{PETROL}"/></w:rPr></w:lvl>
</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""

FONT_TABLE = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:fonts {NAMESPACE}><w:font w:name="{FONT}"><w:altName w:val="Carlito"/>
<w:panose1 w:val="020F0502020204030204"/><w:charset w:val="00"/><w:family w:val="swiss"/>
<w:pitch w:val="variable"/></w:font></w:fonts>"""

SETTINGS = f"""<w:settings {NAMESPACE}><w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/>
<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting
w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>
<w:themeFontLang w:val="fr-FR"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/>
</w:settings>"""
