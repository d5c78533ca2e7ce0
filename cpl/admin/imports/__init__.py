"""Importing a workbook in the admin: upload, preview, decide. All work is done by `spreadsheets.importer`."""

from cpl.admin.imports.runs import ImportRunAdmin

__all__ = ["ImportRunAdmin"]
