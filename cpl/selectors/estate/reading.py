"""The lines of an answer, read back as far as somebody may see today."""

from collections.abc import Mapping, Sequence

from accounts.access import acting_for
from accounts.models import User
from cpl.estate.collecting import collector_held_off
from cpl.models import EstateCheck
from cpl.selectors.estate.choosing import EVERYTHING, Chosen
from cpl.selectors.estate.lines import Line, ToldNotice, most_first
from cpl.selectors.estate.masking import masked
from cpl.selectors.estate.seen import Seen, SeenModel, seen_by
from cpl.selectors.estate.stored import Held, Stored, holdings_of, stored_answers, sums_of

__all__ = ["EVERYTHING", "Chosen", "Line", "ToldNotice", "lines_of"]

_NO_MODEL = SeenModel("", "", "", "")


@collector_held_off()
def lines_of(person: User, check: EstateCheck, chosen: Chosen = EVERYTHING, *, with_labels: bool = True) -> list[Line]:
    """The chosen lines of a check, most devices first, as far as the person sees today on behalf of the check's Party.

    The caller found the check by `visible_to` the same person. A check without answers has no lines. Without labels
    `by_label` is empty, and a file with many of them is read back sooner. Eight queries.
    """
    acting = acting_for(person, check.party_id)
    held, rows = _held(check, chosen, with_labels=with_labels), stored_answers(check)
    seen = seen_by(acting, rows)
    lines = [
        line_of(masked(row, seen), counted, seen, with_labels=with_labels)
        for row in rows if (counted := held.get(row.kind))
    ]  # fmt: skip
    return most_first(chosen.of(lines))


def _held(check: EstateCheck, chosen: Chosen, *, with_labels: bool) -> Mapping[tuple[str, ...], Sequence[Held]]:
    if chosen.label:
        return holdings_of(check, label=chosen.label_of_file)
    return holdings_of(check) if with_labels else sums_of(check)


def labels_of(check: EstateCheck) -> list[str]:
    """The labels of the file, '' among them where some devices have none; nothing where it has no labels. One query."""
    labels = sorted(set(check.holdings.order_by().values_list("label", flat=True)))
    return labels if any(labels) else []


def line_of(row: Stored, counted: Sequence[Held], seen: Seen, *, with_labels: bool) -> Line:
    """What is said of a row that is masked already; `counted` are its devices, label by label."""
    model = seen.models.get(row.model, _NO_MODEL) if row.model else _NO_MODEL
    entry = seen.entries.get(row.entry) if row.entry else None
    target = seen.entries.get(row.target) if row.target else None
    contact = seen.contact(row.model, (row.target, row.entry))
    return Line(
        kind=row.kind,
        devices=sum(devices for _, _, devices in counted),
        rows=sum(rows for _, rows, _ in counted),
        status=row.status,
        standing=row.standing,
        route=row.route,
        reason=row.reason,
        manufacturer=model.manufacturer or seen.makers.get(row.kind.manufacturer_code, ""),
        model_name=model.name,
        device_type=model.device_type,
        model_address=model.address,
        entry_id=entry.entry_id if entry else "",
        entry_address=entry.address if entry else "",
        target_version=target.firmware_version if target else "",
        target_entry_id=target.entry_id if target else "",
        target_address=target.address if target else "",
        basis=row.basis,
        stops=tuple(seen.entries[key].firmware_version for key in row.way),
        flags=tuple(row.flags),
        releases_behind=row.releases_behind,
        days_behind=row.days_behind,
        urgency=row.urgency,
        notices=tuple(seen.notices[key] for key in row.notices),
        released_on=row.released_on,
        certificate_ends=row.certificate_ends,
        certificate_kind=entry.certificate_kind if entry and row.certificate_ends else "",
        contact=contact.pk if contact else None,
        contact_name=contact.name if contact else "",
        contact_from=contact.entry_id if contact else "",
        by_label=tuple((label, devices) for label, _, devices in counted) if with_labels else (),
    )
