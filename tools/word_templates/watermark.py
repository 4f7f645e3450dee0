"""« PROJET » across each page while the minutes are a draft: Word's own kind of watermark."""

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph

_VML = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
_SHAPE_TYPE = """<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"
path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/>
<v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>
<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/>
<v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/>
<v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>
<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800"
o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/><v:handles>
<v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles><o:lock v:ext="edit" text="t"
shapetype="t"/></v:shapetype>"""
_STYLE = (
    "position:absolute;margin-left:0;margin-top:0;width:430pt;height:130pt;rotation:315;z-index:-9;"
    "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    "mso-position-vertical:center;mso-position-vertical-relative:margin"
)


def add_draft_watermark(header: Paragraph, number: int) -> None:
    header.add_run("{% if compte_rendu.est_projet %}")
    shape = (
        f'<v:shape id="Filigrane{number}" o:spid="_x0000_s{2048 + number}" '
        f'type="#_x0000_t136" alt="" style="{_STYLE}" o:allowincell="f" fillcolor="#e3e8ea" '
        'stroked="f"><v:fill opacity=".6"/><v:textpath style="font-family:Calibri;'
        'font-size:1pt;font-weight:bold" string="PROJET"/></v:shape>'
    )
    header._p.append(
        parse_xml(f"<w:r {nsdecls('w')} {_VML}><w:pict>{_SHAPE_TYPE}{shape}</w:pict></w:r>")
    )
    header.add_run("{% endif %}")
