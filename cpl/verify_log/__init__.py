"""Verify a publication log that was taken away as a file: `python -m cpl.verify_log FILE --key KEY`.

Needs Python and `cryptography`, and no portal, database or network. With `cpl/__init__.py`, `cpl/log_chain.py` and
this folder it runs on any machine.
"""
