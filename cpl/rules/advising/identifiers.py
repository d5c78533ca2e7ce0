"""Identifiers: right in form, but perhaps another maker's, or with their bytes in the other order."""

from collections.abc import Iterator
from typing import Final

from cpl.identifiers import IdentifierError, parse_identifier
from cpl.rules import clauses
from cpl.rules.others import CREATING
from cpl.rules.problem import Check, Finding, together_key
from cpl.rules.subject import Subject, reversed_bytes
from cpl.rules.words import together, words


class MadeBySpreadsheet(Check):
    """An identifier is not the number that a spreadsheet made of another: 10E7 becomes 100000000, 7E03 becomes 7000."""

    name = "made-by-spreadsheet"
    clause = clauses.QUALITY
    blocking = False
    kinds = CREATING

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Decimal digits of which at least half are zeros at the end, where another writing makes the same number."""
        for field in ("manufacturer_identifier", "device_model", "firmware_version"):
            value = str(subject.values.get(field, ""))
            if value and _may_be_a_number(value):
                message = f"{value} may be what a spreadsheet made of an identifier with an E in it, such as 7E03."
                cure = f"Check the {words(field)} against the device."
                yield Finding(field, message, cure, f"{field}:{value}")


class IdentifierOfAnotherMaker(Check):
    """A manufacturer identifier that another maker uses is looked at: one may serve several, so it is never refused."""

    name = "identifier-of-another-maker"
    clause = clauses.LIST
    blocking = False
    kinds = CREATING

    def find(self, subject: Subject) -> Iterator[Finding]:
        """An identifier that this manufacturer has not used and another has, as far as the author may see."""
        code = _new_code(subject)
        names = _users(subject, code, hidden=False) if code else []
        if names:
            message = f"The identifier {code} is used by {together(names)}, and not by this manufacturer so far."
            key = together_key(code, *sorted(names))
            yield Finding("manufacturer_identifier", message, _CODE_CURE, key, _unseen_users(subject, code))


class IdentifierNew(Check):
    """A manufacturer identifier that its maker has not used before is looked at."""

    name = "identifier-new"
    clause = clauses.LIST
    blocking = False
    kinds = CREATING

    def find(self, subject: Subject) -> Iterator[Finding]:
        """An identifier that nobody uses yet, as far as the author may see."""
        code = _new_code(subject)
        if code and _codes(subject) and not _users(subject, code, hidden=False):
            message = f"This manufacturer has not used the identifier {code} so far: {together(_codes(subject))}."
            key = together_key(code, *sorted(_codes(subject)))
            yield Finding("manufacturer_identifier", message, _CODE_CURE, key, _unseen_users(subject, code))


class IdentifierReversed(Check):
    """A manufacturer identifier is written with its bytes in the usual order."""

    name = "identifier-reversed"
    clause = clauses.QUALITY
    blocking = False
    kinds = CREATING

    def find(self, subject: Subject) -> Iterator[Finding]:
        """An unknown identifier that, with its bytes reversed, is one of this manufacturer's."""
        code = _new_code(subject)
        other = reversed_bytes(code) if code else ""
        if other and other in _codes(subject):
            message = f"{code} is the identifier {other} of this manufacturer with its bytes reversed."
            yield Finding("manufacturer_identifier", message, f"Write {other}, if that is meant.", code)


class ModelReversed(Check):
    """A Device Model is written with its bytes in the usual order: model, hardware version, hardware revision."""

    name = "model-reversed"
    clause = clauses.QUALITY
    blocking = False
    kinds = CREATING

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A new Device Model that, with bytes reversed, is one of this manufacturer's; all four or the first two."""
        if subject.key is None or (subject.known_model and subject.sees_model):
            return
        for joined in dict.fromkeys(_reversals(subject)):
            if _is_listed(subject, joined):
                message = f"{subject.key[1]} is the Device Model {joined} on the list with bytes reversed."
                yield Finding("device_model", message, f"Write {joined}, if that is meant.", subject.key[1])


def _may_be_a_number(value: str) -> bool:
    zeros = len(value) - len(value.rstrip("0"))
    if not value.isdecimal() or value[0] == "0" or zeros < len(value) / 2:
        return False
    try:
        parse_identifier(int(value), width=len(value))
    except IdentifierError:
        return True
    return False


def _new_code(subject: Subject) -> str:
    """The identifier given, where this manufacturer is not known to use it."""
    code = str(subject.values.get("manufacturer_identifier", ""))
    return "" if code in subject.knowledge.codes_of.get(subject.maker or 0, ()) else code


def _codes(subject: Subject) -> frozenset[str]:
    """Identifiers of this manufacturer, where the author may know of it."""
    known = subject.maker in subject.sight.makers or subject.is_makers_own
    return subject.knowledge.codes_of.get(subject.maker or 0, frozenset()) if known else frozenset()


def _users(subject: Subject, code: str, *, hidden: bool) -> list[str]:
    """Other manufacturers that use an identifier: those of which the author may see something, or the others."""
    return [
        subject.knowledge.makers[maker]
        for maker, codes in subject.knowledge.codes_of.items()
        if code in codes and maker != subject.maker and (maker in subject.sight.makers) is not hidden
    ]


def _unseen_users(subject: Subject, code: str) -> str:
    names = _users(subject, code, hidden=True)
    return f"Used also by {together(names)}, of whom the author may see nothing." if names else ""


def _reversals(subject: Subject) -> Iterator[str]:
    parts, joined = subject.proposal.model_parts, subject.values["device_model"]
    if whole := reversed_bytes(joined):
        yield whole
    if parts and (first := reversed_bytes(parts.model_identifier)):
        yield first + parts.hardware_version + parts.hardware_revision


def _is_listed(subject: Subject, joined: str) -> bool:
    """Whether this manufacturer has such a Device Model, as far as the author may see."""
    return any(
        model.duis_model == joined
        and model.manufacturer_id == subject.maker
        and any(subject.sees(entry) for entry in subject.knowledge.by_model.get(model.pk, ()))
        for model in subject.knowledge.models.values()
    )


_CODE_CURE: Final = (
    "Check it against the certificate. One identifier may serve several manufacturers: say so if it does."
)

CHECKS: Final[tuple[Check, ...]] = (
    MadeBySpreadsheet(),
    IdentifierOfAnotherMaker(),
    IdentifierNew(),
    IdentifierReversed(),
    ModelReversed(),
)
