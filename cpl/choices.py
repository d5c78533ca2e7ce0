"""Words of the Central Products List, from the Smart Energy Code and `domain.md`."""

from django.db.models import TextChoices


class DeviceType(TextChoices):
    """Kinds of device on the list. IHD and CAD are Type 2: they may have no firmware version."""

    ESME = "ESME", "ESME: electricity meter"
    GSME = "GSME", "GSME: gas meter"
    CH = "CH", "CH: communications hub"
    HCALCS = "HCALCS", "HCALCS: auxiliary load control switch"
    PPMID = "PPMID", "PPMID: prepayment interface"
    SAPC = "SAPC", "SAPC: standalone auxiliary proportional controller"
    IHD = "IHD", "IHD: in-home display (Type 2)"
    CAD = "CAD", "CAD: consumer access device (Type 2)"


TYPE_2 = (DeviceType.IHD, DeviceType.CAD)


class EsmeVariant(TextChoices):
    """Variants of an electricity meter."""

    A = "A"
    B = "B"
    C = "C"
    AD = "AD"
    BD = "BD"
    CD = "CD"
    ADE = "ADE"
    BDE = "BDE"
    CDE = "CDE"


class CpaDateKind(TextChoices):
    """What the date of a CPA certificate means; since MP209 (2022) certificates may renew instead of expire."""

    EXPIRY = "expiry", "Expires"
    RENEWAL = "renewal", "Renews"


class Audience(TextChoices):
    """Who may see a CPL Entry, or the FIR record of an entry that they may see."""

    ALL_PARTIES = "all_parties", "All SEC Parties"
    NAMED_PARTIES = "named_parties", "Named Parties only"


class ContactAudience(TextChoices):
    """Who may see a contact. Which Party categories have need is a setting (`CONTACT_CATEGORIES`)."""

    WITH_NEED = "with_need", "Party categories with need"
    NAMED_PARTIES = "named_parties", "Named Parties only"


class NotesAudience(TextChoices):
    """Who may read restricted notes: at first no Party but the manufacturer's own."""

    NOBODY_ELSE = "nobody_else", "Its manufacturer, SECAS and auditors only"
    NAMED_PARTIES = "named_parties", "Named Parties too"


class PathwayState(TextChoices):
    """What is known of the entries that may be upgraded to this one (modification MP231)."""

    THESE_ENTRIES = "these_entries", "These entries"
    NOT_APPLICABLE = "not_applicable", "N/A: nothing comes before"
    NOT_PROVIDED = "not_provided", "Not yet provided"


class FieldState(TextChoices):
    """How a voluntary field was answered. Blank and declined never read alike."""

    SUPPLIED = "supplied", "Supplied"
    NOT_SUPPLIED = "not_supplied", "Not supplied"
    DECLINED = "declined", "Declined by the manufacturer"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class Source(TextChoices):
    """Where a fact came from."""

    CPL_WORKBOOK = "cpl_workbook", "From the CPL, not confirmed by the manufacturer"
    FIR_WORKBOOK = "fir_workbook", "From the FIR spreadsheet, not confirmed by the manufacturer"
    MANUFACTURER = "manufacturer", "From the manufacturer"
    OTHER_PARTY = "other_party", "From another Party, not confirmed by the manufacturer"


class Stage(TextChoices):
    """Release stage of a firmware version."""

    PRODUCTION = "production", "Production"
    TEST = "test", "Test"


class Recommendation(TextChoices):
    """What the manufacturer advises about a version."""

    RECOMMENDED = "recommended", "Recommended"
    ACCEPTABLE = "acceptable", "Acceptable"
    DO_NOT_DEPLOY = "do_not_deploy", "Do not deploy"


class Urgency(TextChoices):
    """How soon the manufacturer asks for an upgrade to this version."""

    ROUTINE = "routine", "Routine"
    SOON = "soon", "Soon"
    URGENT = "urgent", "Urgent"


class ImportStatus(TextChoices):
    """Life of an import: a preview is applied once or discarded."""

    PREVIEWED = "previewed", "Previewed"
    APPLIED = "applied", "Applied"
    DISCARDED = "discarded", "Discarded"


class Outcome(TextChoices):
    """What an import does with a row."""

    ADDED = "added", "Added"
    CHANGED = "changed", "Changed"
    REMOVED = "removed", "Removed"
    UNCHANGED = "unchanged", "Unchanged"
    REFUSED = "refused", "Refused"
    ABSENT = "absent", "Absent: removal proposed"
