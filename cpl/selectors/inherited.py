"""Who will see what is new: a version of a Device Model that is for named Parties only is for them only, too.

Otherwise a new version would show everybody the model, with everything that a published entry tells.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from django.db.models import Q

from accounts.models import Party
from cpl.choices import Audience, SubmissionKind
from cpl.models import CPLEntry, DeviceModel, FirmwareInformation, Submission
from cpl.proposals import read
from cpl.selectors.audiences import named_parties

Record = CPLEntry | FirmwareInformation


class Inherited(NamedTuple):
    """The audience of something new: `parties` are those that it is for, None for its usual audience.

    `like` are the CPL Entry IDs of the entries from which it is taken.
    """

    parties: frozenset[Party] | None = None
    like: tuple[str, ...] = ()


class Audiences(NamedTuple):
    """The audience of a new entry and that of its FIR record; `mixed`: other versions are restricted, but not all."""

    entry: Inherited
    record: Inherited
    mixed: bool = False


USUAL: Final = Inherited()
OPEN: Final = Audiences(USUAL, USUAL)


def of_new_entry(model: DeviceModel | None, basis: CPLEntry | None = None) -> Audiences:
    """What a new entry of the Device Model inherits: from all its published entries, where all are restricted.

    `model` is None where the list does not have it yet. `basis` is the entry under whose certificate it is added, and
    counts as though it were of this model. Where several name different Parties, those that all of them name see the
    new one: nobody sees more than was decided.
    """
    of_model = Q(device_model=model, published_on__isnull=False) if model else Q(pk__in=())
    entries = list(CPLEntry.objects.filter(of_model | Q(pk=basis.pk) if basis else of_model).order_by("pk"))
    if basis is not None and basis.is_restricted:
        entries = [entry for entry in entries if entry.is_restricted]
    records = list(FirmwareInformation.objects.filter(entry__in=entries).select_related("entry").order_by("pk"))
    entry = _inherited([(one, one.cpl_entry_id) for one in entries])
    of_records = _inherited([(one, one.entry.cpl_entry_id) for one in records])
    # Without a record to be like, its own entry is what it is like: whoever opens the one decides over the other.
    record = of_records if records else entry
    return Audiences(entry, record, any(one.is_restricted for one in entries) and entry.parties is None)


def _inherited(records: Sequence[tuple[Record, str]]) -> Inherited:
    if not records or not all(record.is_restricted for record, _ in records):
        return USUAL
    named = [frozenset(named_parties(record)) for record, _ in records]
    return Inherited(frozenset.intersection(*named), tuple(name for _, name in records))


def told(submissions: Iterable[Submission]) -> dict[int, Audiences]:
    """What each of these submissions would inherit, by its key; left out where nothing else is restricted.

    A query for all of them, and a few for each Device Model that has restricted entries.
    """
    found: dict[int, Audiences] = {}
    wanted = {one.pk: key for one in submissions if (key := _model_of(one))}
    models = _with_restricted({joined for _, joined in wanted.values()})
    for one in submissions:
        basis = one.entry if one.kind == SubmissionKind.ADDED_MODEL else None
        model = models.get(wanted[one.pk]) if one.pk in wanted else None
        if model is not None or (basis is not None and basis.is_restricted):
            found[one.pk] = of_new_entry(model, basis)
    return {key: each for key, each in found.items() if each != OPEN}


def _model_of(submission: Submission) -> tuple[str, str] | None:
    """The Device Model that it says a new entry is of: manufacturer identifier, and model as DUIS writes it."""
    if submission.kind not in (SubmissionKind.NEW_ENTRY, SubmissionKind.ADDED_MODEL) or submission.published_at:
        return None
    values = read(submission).values
    code, joined = values.get("manufacturer_identifier"), values.get("device_model")
    return (code, joined) if code and joined else None


def _with_restricted(joined: Iterable[str]) -> dict[tuple[str, str], DeviceModel]:
    restricted = CPLEntry.objects.filter(audience=Audience.NAMED_PARTIES).values("device_model")
    rows = DeviceModel.objects.filter(duis_model__in=joined, pk__in=restricted).select_related("identifier")
    return {(row.identifier.code, row.duis_model): row for row in rows}
