"""The admin site, where SECAS works all day: registers to look up, workbooks to import, entries to restrict.

It shows and looks up; whatever changes something calls the same action as every other door.
"""

from cpl.admin import entries, imports, issues, mappings, notices, registers, submissions

__all__ = ["entries", "imports", "issues", "mappings", "notices", "registers", "submissions"]
