#!/usr/bin/env python3
"""Prints a workbook as JSON: by sheet its rows, of each cell its kind, as openpyxl names it, and its value.

openpyxl leaves the escapes of texts that stand in their cells (ST_Xstring of ECMA-376) as they are.
"""

import json
import sys

import openpyxl
from openpyxl.utils.escape import unescape

book = openpyxl.load_workbook(sys.argv[1])
print(json.dumps({
    sheet.title: [[f"{cell.data_type} {unescape(str(cell.value))}" for cell in row] for row in sheet.iter_rows()]
    for sheet in book
}))
