"""Writing .xlsx workbooks with XlsxWriter: text and numbers, nothing in them is computed."""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO

from zna_network.ports.spreadsheets import SheetColumn

CELL_CHARACTERS = 32_767


class XlsxWriter:
    def write(
        self,
        title: str,
        columns: Sequence[SheetColumn],
        rows: Sequence[Sequence[str | int | Decimal]],
    ) -> bytes:
        import xlsxwriter

        output = BytesIO()
        workbook = xlsxwriter.Workbook(
            output,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        sheet = workbook.add_worksheet(title[:31])
        heading = workbook.add_format(
            {"bold": True, "bg_color": "#0F3D4A", "font_color": "#FFFFFF", "valign": "top"}
        )
        plain = workbook.add_format({"valign": "top", "num_format": "@"})
        wrapped = workbook.add_format({"valign": "top", "num_format": "@", "text_wrap": True})
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width, wrapped if column.wraps else plain)
            sheet.write_string(0, index, column.heading, heading)
        counted = workbook.add_format({"valign": "top", "num_format": "#,##0"})
        summed = workbook.add_format({"valign": "top", "num_format": "#,##0.00"})
        for number, row in enumerate(rows, start=1):
            for index, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(number, index, cell, counted)
                elif isinstance(cell, Decimal):
                    sheet.write_number(number, index, float(cell), summed)
                elif cell:
                    style = wrapped if columns[index].wraps else plain
                    sheet.write_string(number, index, cell[:CELL_CHARACTERS], style)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)
        workbook.close()
        return output.getvalue()
