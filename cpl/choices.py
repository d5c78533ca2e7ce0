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
    """Variants of an electricity meter; the industry writes them in capitals."""

    A = "A"
    B = "B"
    C = "C"
    AD = "AD", "AD"
    BD = "BD", "BD"
    CD = "CD", "CD"
    ADE = "ADE", "ADE"
    BDE = "BDE", "BDE"
    CDE = "CDE", "CDE"


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


class SubmissionKind(TextChoices):
    """What a submission asks SECAS to publish."""

    NEW_ENTRY = "new_entry", "New CPL Entry"
    INFORMATION = "information", "Firmware information"
    CORRECTION = "correction", "Correction of a published field"
    HASH = "hash", "Hash of an entry"
    ADDED_MODEL = "added_model", "Device Model under an existing certificate"
    CONTACT = "contact", "Contact"
    PATHWAY = "pathway", "Upgrade pathway"
    WITHDRAWAL = "withdrawal", "Withdrawal by the manufacturer"
    REMOVAL = "removal", "Removal at direction"


class SubmissionState(TextChoices):
    """Life of a submission (`domain.md`); `cpl.workflow` says which state may follow which."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    QUERIED = "queried", "Queried"
    RESUBMITTED = "resubmitted", "Resubmitted"
    ACCEPTED = "accepted", "Accepted"
    PUBLISHED = "published", "Published"
    LOADED = "loaded", "Loaded by the DCC"
    REFUSED = "refused", "Refused"
    CANCELLED = "cancelled", "Cancelled"


class Confirmation(TextChoices):
    """Whether the manufacturer stands by what another Party said of its product."""

    NOT_NEEDED = "not_needed", "Not needed"
    WAITING = "waiting", "Waiting for the manufacturer"
    CONFIRMED = "confirmed", "Confirmed by the manufacturer"
    CONTRADICTED = "contradicted", "Contradicted by the manufacturer"


class StepKind(TextChoices):
    """What may happen to a submission: moves from state to state, and what is said and decided on the way."""

    CREATE = "create", "Draft begun"
    SUBMIT = "submit", "Submitted"
    QUERY = "query", "Queried"
    RESUBMIT = "resubmit", "Answered and resubmitted"
    ACCEPT = "accept", "Accepted"
    REFUSE = "refuse", "Refused"
    CANCEL = "cancel", "Cancelled"
    PUBLISH = "publish", "Published"
    LOAD = "load", "Loaded by the DCC"
    MESSAGE = "message", "Message"
    NOTE = "note", "Note inside SECAS"
    HOLD = "hold", "Taken on"
    RELEASE = "release", "Given back to the queue"
    CONFIRM = "confirm", "Confirmed by the manufacturer"
    CONTRADICT = "contradict", "Contradicted by the manufacturer"
    WAIVE = "waive", "Problem waived"


class IssueState(TextChoices):
    """Life of an issue of the Central Products List that is made here."""

    PREPARED = "prepared", "Prepared"
    SCHEDULED = "scheduled", "To be published at a set time"
    PUBLISHED = "published", "Published"
    LOADED = "loaded", "Loaded by the DCC"
    ABANDONED = "abandoned", "Abandoned"


class LogKind(TextChoices):
    """What the publication log tells."""

    OPENED = "opened", "Log opened"
    ENTRY_PUBLISHED = "entry_published", "Entry published"
    ENTRY_CORRECTED = "entry_corrected", "Entry corrected"
    ENTRY_REMOVED = "entry_removed", "Entry removed"
    INFORMATION_PUBLISHED = "information_published", "Firmware information published"
    PATHWAY_PUBLISHED = "pathway_published", "Upgrade pathway published"
    VERSION_WITHDRAWN = "version_withdrawn", "Version withdrawn by its manufacturer"
    CONTACT_PUBLISHED = "contact_published", "Contact published"
    ISSUE_LOADED = "issue_loaded", "Issue loaded by the DCC"


class NoticeKind(TextChoices):
    """What is wrong with the versions of a notice."""

    FAULT = "fault", "Fault"
    VULNERABILITY = "vulnerability", "Vulnerability"


class Severity(TextChoices):
    """How bad it is, in the words of CVSS's qualitative scale."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"
    CRITICAL = "critical", "Critical"


class NoticeState(TextChoices):
    """Life of a notice: once published it is revised or withdrawn, never deleted."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "In force"
    WITHDRAWN = "withdrawn", "Withdrawn"


class NoticeAudience(TextChoices):
    """Which Parties read a notice, of those that may see a version it names."""

    ALL_PARTIES = "all_parties", "All SEC Parties"
    CONCERNED = "concerned", "Parties that watch or have checked an affected model"


class VersionStatus(TextChoices):
    """What a notice says of a version: the product status of CSAF 2.0 (section 3.2.3.9), the status of VEX."""

    AFFECTED = "affected", "Affected"
    UNDER_INVESTIGATION = "under_investigation", "Under investigation"
    FIXED = "fixed", "Fixed"
    NOT_AFFECTED = "not_affected", "Not affected"


class NoticeEvent(TextChoices):
    """What a revision of a notice was."""

    PUBLISHED = "published", "Published"
    REVISED = "revised", "Revised"
    WITHDRAWN = "withdrawn", "Withdrawn"


class InterestKind(TextChoices):
    """Why somebody is told what happens to a Device Model."""

    WATCHED = "watched", "Watched"
    CHECKED = "checked", "Checked"


class EstateColumn(TextChoices):
    """What a column of an estate file holds."""

    MANUFACTURER = "manufacturer", "Manufacturer"
    DEVICE_MODEL = "device_model", "Device Model (8 hex digits)"
    MODEL_IDENTIFIER = "model_identifier", "Model Identifier"
    HARDWARE_VERSION = "hardware_version", "Hardware Version"
    HARDWARE_REVISION = "hardware_revision", "Hardware Revision"
    FIRMWARE_VERSION = "firmware_version", "Firmware Version"
    COUNT = "count", "Number of devices"
    LABEL = "label", "Label (region, portfolio)"


class EstateState(TextChoices):
    """Life of an estate check. Whatever is not done has answered nothing."""

    UPLOADED = "uploaded", "Columns to be confirmed"
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Being checked"
    DONE = "done", "Done"
    STOPPED = "stopped", "Stopped"
    CANCELLED = "cancelled", "Cancelled"


class EstateStatus(TextChoices):
    """What the Central Products List says of a model and firmware version, as far as a Party may see."""

    LISTED = "listed", "Listed"
    TEST = "test", "Test version"
    WITHDRAWN = "withdrawn", "Withdrawn by its manufacturer"
    REMOVED = "removed", "Removed from the list"
    VERSION_NOT_KNOWN = "version_not_known", "Version not known here"
    MODEL_NOT_KNOWN = "model_not_known", "Device Model not known here"


class EstateRoute(TextChoices):
    """Whether a way to the recommended version is known, or which of the answers there is instead."""

    ROUTE = "route", "Route known"
    ALREADY_THERE = "already_there", "On the recommended version"
    AHEAD = "ahead", "Newer than the recommended version"
    NO_ROUTE = "no_route", "No route"
    NOT_SAID = "not_said", "Manufacturer has not said"
    NO_TARGET = "no_target", "No recommended version"
    NOT_KNOWN = "not_known", "Not known here"


class EstateStanding(TextChoices):
    """Where a device stands in one word: exactly one of these for each row, the first that holds."""

    UNLISTED = "unlisted", "Not on the list"
    URGENT = "urgent", "Urgent to upgrade"
    NO_ROUTE = "no_route", "No known route"
    BEHIND = "behind", "Behind, route known"
    UP_TO_DATE = "up_to_date", "Up to date"
