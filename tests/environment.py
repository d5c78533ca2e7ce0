"""Loaded by pytest before Django's settings: tests run on a throw-away embedded server unless told otherwise."""

import os
from pathlib import Path

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DATA_DIR", str(Path(__file__).resolve().parent.parent / "data" / "tests"))
os.environ.setdefault("EMBEDDED_THROWAWAY", "1")
