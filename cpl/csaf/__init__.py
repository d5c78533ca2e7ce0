"""Notices as CSAF 2.0 (OASIS Common Security Advisory Framework) and back; docs/csaf.md tells how they map."""
