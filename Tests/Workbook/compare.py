#!/usr/bin/env python3
"""Compares the workbook of a report with its CSV files, cell by cell, by the types that datapackage.json gives.

compare.py FOLDER: prints what differs, a line each, and how many cells were compared; with --libreoffice, of the
workbook as LibreOffice reads it and writes it again.
"""

import csv
import datetime
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl

LEFT_OUT = {"leads"}


def expected(text, field, row):
    """The value that a spreadsheet should hold, and a part of its number format; None: an empty cell."""
    if text == "":
        return None, None
    unit = field.get("unit")
    if field["type"] == "number":
        if field["name"] in ("value", "lo95", "hi95") and row.get("unit") in ("rate", "seconds"):
            unit = {"rate": "share, 0 to 1", "seconds": "seconds"}[row["unit"]]
        if unit == "seconds":
            return datetime.timedelta(seconds=float(text)), "[h]:mm:ss"
        return float(text), "%" if unit == "share, 0 to 1" else "General"
    if field["type"] == "integer" and field["name"] != "id":
        return int(text), "#,##0" if unit else "0"
    if field["type"] == "boolean":
        return text == "true", None
    if field["type"] == "datetime":
        instant = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
        return instant.replace(tzinfo=None), "yyyy-mm-dd hh:mm:ss"
    if field["type"] == "date":
        return datetime.datetime.fromisoformat(text), "yyyy-mm-dd"
    return text, "@"


def same(found, wanted):
    if isinstance(wanted, datetime.timedelta):
        return isinstance(found, datetime.timedelta) and abs(found - wanted) < datetime.timedelta(milliseconds=1)
    if isinstance(wanted, datetime.datetime):
        return isinstance(found, datetime.datetime) and abs(found - wanted) <= datetime.timedelta(milliseconds=1)
    if isinstance(wanted, float):
        return type(found) in (int, float) and abs(found - wanted) <= 1e-12 * max(1, abs(wanted))
    return type(found) is type(wanted) and found == wanted


# What LibreOffice writes for true and false.
FLAGS = {"=TRUE()": True, "=FALSE()": False}


def compare(sheet, folder, resource, is_rewritten):
    fields = resource["schema"]["fields"]
    with open(folder / resource["path"], newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    place = sheet.title
    last = openpyxl.utils.get_column_letter(len(fields))
    if sheet.auto_filter.ref != f"A1:{last}{len(rows)}":
        yield f"{place}: filters over {sheet.auto_filter.ref}"
    for number, cells in enumerate(sheet.iter_rows(min_row=1, max_row=max(len(rows), sheet.max_row)), start=1):
        if number > len(rows):
            yield f"{place}: row {number} is not in the file"
            continue
        texts = rows[number - 1]
        named = dict(zip((field["name"] for field in fields), texts))
        for cell, text, field in zip(cells, texts, fields, strict=False):
            wanted, shown = (text, None) if number == 1 else expected(text, field, named)
            value = FLAGS.get(cell.value, cell.value) if is_rewritten else cell.value
            if cell.data_type == "f" and value not in (True, False):
                yield f"{place}!{cell.coordinate}: a formula"
            if not same(value, wanted):
                yield f"{place}!{cell.coordinate}: {value!r} instead of {wanted!r}"
            if shown and shown not in cell.number_format.replace("\\", ""):
                yield f"{place}!{cell.coordinate}: shown as {cell.number_format}"
            compare.cells += 1


def layout(sheet, resource):
    """What LibreOffice does not keep as it is."""
    if sheet.freeze_panes != "A2":
        yield f"{sheet.title}: the header does not stay in sight"
    for number, field in enumerate(resource["schema"]["fields"], start=1):
        letter = openpyxl.utils.get_column_letter(number)
        if sheet.column_dimensions[letter].width < len(field["name"]):
            yield f"{sheet.title}: column {letter} is narrower than its name"


def through_libreoffice(path):
    """The workbook that LibreOffice makes of this one."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx",
             "--outdir", folder, path], check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return openpyxl.load_workbook(f"{folder}/{path.name}")


def main(folder, *options):
    compare.cells = 0
    folder = Path(folder)
    package = json.loads((folder / "datapackage.json").read_text())
    path, = folder.glob("statussync-*.xlsx")
    is_rewritten = "--libreoffice" in options
    book = through_libreoffice(path) if is_rewritten else openpyxl.load_workbook(path)
    resources = [each for each in package["resources"] if each["name"] not in LEFT_OUT]
    wanted = ["Read me", "Charts"] + [each["name"] for each in resources]
    if book.sheetnames != wanted:
        print(f"the sheets are {book.sheetnames}")
    for resource in resources:
        sheet = book[resource["name"]]
        lines = list(compare(sheet, folder, resource, is_rewritten))
        for line in lines if is_rewritten else lines + list(layout(sheet, resource)):
            print(line)
    told = {(row[0].value, row[1].value) for row in book["Read me"].iter_rows(min_row=2)}
    for resource in resources:
        for field in resource["schema"]["fields"]:
            if (resource["name"], field["name"]) not in told:
                print(f"Read me does not explain {resource['name']}.{field['name']}")
    with open(folder / "funnel.csv", newline="", encoding="utf-8") as file:
        wanted = [
            (row["status"], int(row["reached"])) for row in csv.DictReader(file)
            if row["scope"] == "portfolio" and row["maturity"] == "all"
        ]
    drawn = [
        (row[2].value, row[3].value) for row in book["Charts"].iter_rows(min_row=2)
        if (row[0].value, row[1].value) == ("How far new leads come", "reached")
    ]
    if drawn != wanted:
        print(f"the chart of the funnel is over {drawn} instead of {wanted}")
    for chart in book["Charts"]._charts:
        for series in chart.series:
            name, cells = re.match(r"'?([^'!]+)'?!(.+)", (series.val or series.yVal).numRef.f).groups()
            values = [cell.value for row in book[name][cells.replace("$", "")] for cell in row]
            if not values or not all(isinstance(value, (int, float)) for value in values):
                print(f"a chart is over {values}")
    print(f"{compare.cells} cells, {len(book['Charts']._charts)} charts")


main(*sys.argv[1:])
