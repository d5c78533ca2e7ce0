"""The published JSON schema of CSAF 2.0, and what it finds wrong with a document, in plain words.

`csaf_json_schema.json` is the schema that OASIS published with CSAF 2.0 (© OASIS Open 2022, IPR policy of the
CSAF Technical Committee); `cvss-v*.json` are those of FIRST.Org that it refers to, under the licence that each
holds. They lie in `static/vendor/csaf/` as they were published: no other program decides what is valid, and nothing is
fetched.
"""

import json
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from jsonschema_rs import Draft202012Validator, Registry, ValidationError, ValidationErrorKind

from cpl.csaf.errors import MOST_TOLD, CsafError, Problem, place_of, shown

_FOLDER: Final[Path] = settings.BASE_DIR / "static" / "vendor" / "csaf"
_CVSS: Final = ("cvss-v2.0.json", "cvss-v3.0.json", "cvss-v3.1.json")
_Kind = ValidationErrorKind

_TYPES: Final = {
    "string": "a text", "array": "a list", "object": "an object", "number": "a number", "integer": "a whole number",
    "boolean": "true or false", "null": "null",
}  # fmt: skip
_FORMATS: Final = {
    "date-time": ("is no date and time", "Write it as in 2026-11-20T09:30:00Z."),
    "uri": ("is no complete address", "Write the whole address, as in https://maker.example/advisory/17."),
}


def check(document: dict[str, Any]) -> None:
    """Nothing where the published schema accepts the document. Raises CsafError with what it does not accept."""
    problems = found(document)
    if problems:
        raise CsafError(problems[:MOST_TOLD], more=len(problems) > MOST_TOLD)


def found(document: dict[str, Any]) -> list[Problem]:
    """What the schema does not accept, of many things one more than are told."""
    return [_problem(each) for each in islice(_validator().iter_errors(document), MOST_TOLD + 1)]


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    others = [(f"https://www.first.org/cvss/{name}", _schema(name)) for name in _CVSS]
    return Draft202012Validator(
        _schema("csaf_json_schema.json"), registry=Registry(others), validate_formats=True, offline=True
    )


def _schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((_FOLDER / name).read_bytes())
    return schema


def _problem(error: ValidationError) -> Problem:
    message, cure = _words(error)
    value = "" if isinstance(error.instance, dict | list) else shown(error.instance)
    return Problem(place_of(tuple(error.instance_path)), value, message, cure)


def _words(error: ValidationError) -> tuple[str, str]:  # noqa: PLR0911  # one return for each kind of finding
    """What is wrong and what to do, by the keyword of the schema that was not satisfied."""
    match error.kind:
        case _Kind.Required(property=missing):
            return f"“{missing}” is missing here.", f"Add “{missing}”: CSAF 2.0 prescribes it."
        case _Kind.Type(types=types):
            wanted = " or ".join(_TYPES.get(each, each) for each in types)
            return f"It should be {wanted}, and is {_type(error.instance)}.", f"Write {wanted}."
        case _Kind.Enum(options=options):
            words = ", ".join(shown(each, 40) for each in options)
            return "It is none of the words that CSAF 2.0 knows here.", f"Write one of: {words}."
        case _Kind.Format(format=name):
            what, cure = _FORMATS.get(name, (f"is no {name}", f"Write it in the form of a {name}."))
            return f"It {what}.", cure
        case _Kind.MinLength() | _Kind.MinItems() | _Kind.MinProperties():
            return "It is empty, or holds too little.", "Fill it in, or leave it out with its name."
        case _Kind.MaxProperties():
            return "It holds too much.", "A branch has a category, a name, and either branches or a product."
        case _Kind.UniqueItems():
            return "The same stands twice in this list.", "Keep one of the two."
        case _Kind.Pattern():
            return "It does not have the form that CSAF 2.0 prescribes here.", "Correct it, or leave it out."
        case _:
            return "It is not what CSAF 2.0 prescribes here.", "Correct it, or leave it out."


def _type(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    kinds = {str: "a text", list: "a list", dict: "an object", type(None): "null"}
    return kinds.get(type(value), "a number")
