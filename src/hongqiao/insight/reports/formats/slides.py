"""PPTX: a title, a slide or more a section with native tables and charts, the notes at the end. Serves D2d."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.insight.reports.formats import RowsOf, fixed
from hongqiao.insight.reports.formats.drawing import COLOURS
from hongqiao.insight.reports.formats.paging import (
    ACROSS,
    CARD_ROW,
    CARDS,
    FEW,
    clean,
    gathered,
    height,
    marked,
    pages,
)
from hongqiao.insight.reports.written import Written
from hongqiao.ui.fonts import typefaces

NOTES = 40  # what a slide holds
INK, MUTED, GREEN, LINE, WASH = "1D2129", "63686F", "3A9A5B", "E4E2DC", "F6F4F0"
TONES = {"good": "23743E", "bad": "C43131", "warn": "965E00"}
RATES = ("rate", "percent", "points")
Block = Mapping[str, Any]


def write(report: Written, rows: RowsOf) -> bytes:
    """Return the presentation, 16:9. Its properties and zip entries carry the report's last day."""
    return _Deck(report).made()


class _Deck:
    def __init__(self, report: Written):
        from pptx import Presentation
        from pptx.util import Inches

        self.report = report
        self.deck = Presentation()
        self.deck.slide_width, self.deck.slide_height = Inches(13.333), Inches(7.5)
        self.blank = self.deck.slide_layouts[6]
        self.face = typefaces()["slides"]

    def made(self) -> bytes:
        self._title()
        for title, blocks in gathered(self.report.sections):
            for part in pages(blocks):
                self._page(title, part)
        self._notes()
        about = self.deck.core_properties
        moment = datetime(self.report.end.year, self.report.end.month, self.report.end.day)
        about.title, about.author, about.last_modified_by = f"{self.report.brand} {self.report.title}", "Hongqiao", ""
        about.created = about.modified = moment
        out = io.BytesIO()
        self.deck.save(out)
        return fixed.settled(out.getvalue(), self.report.end)

    def _title(self) -> None:
        slide = self.deck.slides.add_slide(self.blank)
        self._bar(slide, 0.9, 2.55, 0.12, 1.75, GREEN)
        self._text(slide, 1.25, 2.4, 11, 1.1, [[(self.report.title, 44, INK, True)]])
        lines = [
            [(self.report.brand, 24, INK, False)],
            [(f"{self.report.period}　{self.report.stamp}", 14, MUTED, False)],
        ]
        self._text(slide, 1.25, 3.45, 11, 1.2, lines)

    def _page(self, title: str, blocks: Sequence[Block]) -> None:
        slide = self.deck.slides.add_slide(self.blank)
        self._bar(slide, 0.6, 0.62, 0.1, 0.42, GREEN)
        self._text(slide, 0.8, 0.5, 11.5, 0.7, [[(title, 26, INK, True)]])
        top = 1.45
        charts = [b for b in blocks if b["block"] == "chart"]
        for n, chart in enumerate(charts):
            wide = 12.1 / len(charts)
            self._chart(slide, chart, 0.6 + n * wide, top, wide - 0.15, 4.9)
        few = len(blocks) == 1 and blocks[0]["block"] == "lines" and height(blocks[0]) <= FEW
        for block in (b for b in blocks if b["block"] != "chart"):
            self._block(slide, block, top, 4 if few else 0)
            top += height(block)
        foot = f"{self.report.brand} · {self.report.title} · {self.report.period} · {self.report.stamp}"
        self._text(slide, 0.6, 7.0, 12.1, 0.35, [[(foot, 10, MUTED, False)]])

    def _block(self, slide: Any, block: Block, top: float, more: int) -> None:
        if block["block"] == "kpis":
            self._cards(slide, block["items"], top)
        elif block["block"] == "table":
            self._table(slide, block, top)
        else:
            self._lines(slide, block["sentences"], top, height(block) - 0.1, more)

    def _lines(self, slide: Any, sentences: Sequence[Block], top: float, tall: float, more: int = 0) -> None:
        """Write statements; `more`: points that they are larger where there are few of them."""
        lines = []
        for s in sentences:
            colour = TONES.get(s.get("tone", ""), MUTED)
            sub = s.get("sub", False)
            if s.get("head"):
                lines.append([(s["text"], 16 + more, INK, True)])
                continue
            head = [("　" if sub else "● ", 12 if sub else 10, colour, False)]
            said = (s["text"], (13 if sub else 16) + more, MUTED if sub else INK, False)
            lines.append([*head, said, (marked(s), 10, MUTED, False)])
        self._text(slide, 0.7, top, 12, tall, lines)

    def _cards(self, slide: Any, items: Sequence[Block], top: float) -> None:
        from pptx.util import Inches

        for n, k in enumerate(items[:CARDS]):
            x, y = 0.6 + n % ACROSS * 3.05, top + n // ACROSS * CARD_ROW
            self._bar(slide, x, y, 2.9, 1.3, WASH)
            value = [(k["value"], 26, MUTED if k["few"] else INK, True)]
            change = [("  " + k["change"], 13, TONES.get(k["tone"], MUTED), False)] if k["change"] else []
            lines = [[(k["label"], 12, MUTED, False), (marked(k), 9, MUTED, False)], [*value, *change]]
            lines += [[(k["note"], 9, MUTED, False)]] if k["note"] else []
            box = self._text(slide, x + 0.1, y + 0.08, 2.7, 1.15, lines)
            box.text_frame.margin_left = Inches(0.05)

    def _table(self, slide: Any, block: Block, top: float) -> None:
        from pptx.util import Inches, Pt

        heads, rows = block["heads"], block["rows"]
        tall = height(block) - 0.25
        shape = slide.shapes.add_table(len(rows) + 1, len(heads), Inches(0.6), Inches(top), Inches(12.1), Inches(tall))
        table = shape.table
        table.first_row = table.horz_banding = False
        self._widths(table, heads, rows)
        for x, head in enumerate(heads):
            self._cell(table.cell(0, x), head["label"], 12, MUTED, head["right"], bold=True, fill=WASH)
        for y, row in enumerate(rows, 1):
            table.rows[y].height = Pt(26)
            for x, c in enumerate(row):
                self._cell(table.cell(y, x), c["text"], 13, TONES.get(c["tone"], INK), c["right"], mark=marked(c))

    def _widths(self, table: Any, heads: Sequence[Block], rows: Sequence[Sequence[Block]]) -> None:
        from pptx.util import Inches

        sizes = [min(max([len(h["label"]), *(len(r[n]["text"]) for r in rows)]), 34) + 3 for n, h in enumerate(heads)]
        for n, size in enumerate(sizes):
            table.columns[n].width = Inches(12.1 * size / sum(sizes))

    def _cell(
        self,
        cell: Any,
        text: str,
        size: int,
        colour: str,
        right: bool,
        *,
        bold: bool = False,
        fill: str = "",
        mark: str = "",
    ) -> None:
        from pptx.dml.color import RGBColor
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
        from pptx.util import Inches

        cell.fill.solid()
        cell.fill.fore_color.rgb = RGBColor.from_string(fill or "FFFFFF")
        cell.margin_top = cell.margin_bottom = Inches(0.04)
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        paragraph = cell.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        self._run(paragraph, text, size, colour, bold)
        if mark:
            self._run(paragraph, mark, 8, MUTED, False)

    def _chart(self, slide: Any, block: Block, x: float, y: float, wide: float, tall: float) -> None:
        from pptx.chart.data import CategoryChartData
        from pptx.dml.color import RGBColor
        from pptx.enum.chart import XL_CHART_TYPE
        from pptx.util import Inches, Pt

        data = CategoryChartData()
        data.categories = [label[5:] if len(label) == 10 else label for label in block["x"]]
        for series in block["series"]:
            data.add_series(series["name"], series["values"])
        kind = XL_CHART_TYPE.COLUMN_CLUSTERED if block["type"] == "bar" else XL_CHART_TYPE.LINE_MARKERS
        chart = slide.shapes.add_chart(kind, Inches(x), Inches(y), Inches(wide), Inches(tall), data).chart
        chart.has_legend = len(block["series"]) > 1
        chart.has_title = True
        self._run(chart.chart_title.text_frame.paragraphs[0], block["title"] + " " + marked(block), 14, MUTED, False)
        chart.font.size, chart.font.name = Pt(11), self.face
        chart.value_axis.major_gridlines.format.line.color.rgb = RGBColor.from_string(LINE)
        chart.value_axis.format.line.fill.background()
        ticks = chart.value_axis.tick_labels
        ticks.number_format, ticks.number_format_is_linked = ("0%" if block["unit"] in RATES else "#,##0"), False
        for plotted, series in zip(chart.plots[0].series, block["series"], strict=True):
            colour = RGBColor.from_string(COLOURS.get(series["room"], COLOURS["data"])[1:].upper())
            plotted.smooth = False
            plotted.format.line.color.rgb = colour
            filled = plotted.format if kind == XL_CHART_TYPE.COLUMN_CLUSTERED else plotted.marker.format
            filled.fill.solid()
            filled.fill.fore_color.rgb = colour

    def _notes(self) -> None:
        notes = self.report.notes
        for first in range(0, len(notes), NOTES):
            slide = self.deck.slides.add_slide(self.blank)
            self._bar(slide, 0.6, 0.62, 0.1, 0.42, GREEN)
            self._text(slide, 0.8, 0.5, 11.5, 0.7, [[(_("数字出处"), 26, INK, True)]])
            part = notes[first : first + NOTES]
            for column in range(2):
                held = part[column * (NOTES // 2) : (column + 1) * (NOTES // 2)]
                lines = [[(f"[{n.number}] {n.words}", 10, MUTED, False)] for n in held]
                if lines:
                    self._text(slide, 0.7 + column * 6.1, 1.35, 6, 5.4, lines)

    def _text(self, slide: Any, x: float, y: float, wide: float, tall: float, lines: Sequence[Sequence[Any]]) -> Any:
        from pptx.util import Inches, Pt

        box = slide.shapes.add_textbox(Inches(x), Inches(y), Inches(wide), Inches(tall))
        frame = box.text_frame
        frame.word_wrap = True
        for n, runs in enumerate(lines):
            paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(3)
            for text, size, colour, bold in runs:
                self._run(paragraph, text, size, colour, bold)
        return box

    def _run(self, paragraph: Any, text: str, size: int, colour: str, bold: bool) -> None:
        """Add a run with its typeface named for Latin and for East Asian letters alike (ECMA-376 21.1.2.3.3)."""
        from pptx.dml.color import RGBColor
        from pptx.oxml.ns import qn
        from pptx.util import Pt

        run = paragraph.add_run()
        run.text = clean(text)
        run.font.size, run.font.bold, run.font.name = Pt(size), bold, self.face
        run.font.color.rgb = RGBColor.from_string(colour)
        latin = run._r.get_or_add_rPr().find(qn("a:latin"))
        east = latin.makeelement(qn("a:ea"), {"typeface": self.face})
        latin.addnext(east)

    def _bar(self, slide: Any, x: float, y: float, wide: float, tall: float, colour: str) -> None:
        from pptx.dml.color import RGBColor
        from pptx.enum.shapes import MSO_SHAPE
        from pptx.util import Inches

        shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(x), Inches(y), Inches(wide), Inches(tall))
        shape.fill.solid()
        shape.fill.fore_color.rgb = RGBColor.from_string(colour)
        shape.line.fill.background()
        shape.shadow.inherit = False
