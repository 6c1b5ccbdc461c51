"""A paper as a Word document (DOCX): what a PDF shows, for who must add a line to it or put it into a letter."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from widgets.printing.pages import MARGIN_MM, At
from widgets.printing.paper import Column, Paper, Row, printable

SIDES_MM = 210, 297
LETTER = "Arial"
NO_XML = str.maketrans("", "", "\ufffe\uffff")
"""Characters that no document of XML may hold."""


def docx(paper: Paper, at: At, *, landscape: bool) -> bytes:
    """The paper on A4. Its texts are text: nothing in them becomes a field or markup."""
    document = Document()
    _lay_out(document, landscape=landscape)
    _tell_about(document, paper)
    _put_foot(document.sections[0].footer.paragraphs[0], paper.foot)
    document.add_heading(_text(paper.title), 1)
    for line in paper.about:
        document.add_paragraph(_text(line))
    if paper.rows:
        _put_table(document, paper, at)
    kept = BytesIO()
    document.save(kept)
    return kept.getvalue()


def _lay_out(document: Any, *, landscape: bool) -> None:
    section = document.sections[0]
    short, long = (Mm(side) for side in SIDES_MM)
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(MARGIN_MM))
    for name, points in (("Normal", 9), ("Heading 1", 14), ("Footer", 7.5)):
        style = document.styles[name]
        style.font.name, style.font.size = LETTER, Pt(points)
        style.font.color.rgb = None
        style.paragraph_format.space_after = Pt(2)
        style.element.get_or_add_rPr().get_or_add_rFonts().attrib.clear()
        style.font.name = LETTER  # the template's own letter is named by its theme, which would win


def _tell_about(document: Any, paper: Paper) -> None:
    known = document.core_properties
    known.title, known.author, known.comments = _text(paper.title)[:250], "АРМ «Ситименеджер»", ""
    known.language, known.created = "ru-RU", datetime.now(UTC).replace(tzinfo=None)


def _put_foot(paragraph: Any, text: str) -> None:
    paragraph.add_run(f"{_text(text)} · страница ")
    _put_field(paragraph, "PAGE")
    paragraph.add_run(" из ")
    _put_field(paragraph, "NUMPAGES")


def _put_field(paragraph: Any, name: str) -> None:
    """A number that Word counts itself; 1 stands there until it has."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    field.append(paragraph.add_run("1")._r)
    paragraph._p.append(field)


def _put_table(document: Any, paper: Paper, at: At) -> None:
    titled = any(one.title for one in paper.columns)
    table = document.add_table(0, len(paper.columns), style="Table Grid")
    table.autofit = False
    section = document.sections[0]
    whole = section.page_width - section.left_margin - section.right_margin
    shares = sum(one.share for one in paper.columns) or 1.0
    widths = [int(whole * one.share / shares) for one in paper.columns]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    if titled:
        row = _put_row(table, tuple(one.title for one in paper.columns), paper.columns, bold=True)
        row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for number, texts in enumerate(paper.rows):
        if number % 50 == 0:
            at(number, len(paper.rows))
        _put_row(table, texts, paper.columns)


def _put_row(table: Any, texts: Row, columns: Sequence[Column], *, bold: bool = False) -> Any:
    """A row; a single text goes over its whole width."""
    row = table.add_row()
    cells = list(row.cells)
    heading = len(texts) == 1
    if heading:
        cells = [cells[0].merge(cells[-1])]
    for cell, text, column in zip(cells, texts, columns, strict=False):
        paragraph = cell.paragraphs[0]
        paragraph.add_run(_text(text)).bold = bold or heading
        if column.align == "right" and not heading:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return row._tr


def _text(text: str) -> str:
    return printable(text).translate(NO_XML)
