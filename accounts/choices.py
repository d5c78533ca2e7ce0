"""Words for Parties, roles and the life of an account, from the Smart Energy Code and `domain.md`."""

from django.db.models import TextChoices


class PartyCategory(TextChoices):
    """SEC Party categories, and the bodies beside them that use the repository."""

    LARGE_SUPPLIER = "large_supplier", "Large Supplier"
    SMALL_SUPPLIER = "small_supplier", "Small Supplier"
    ELECTRICITY_NETWORK = "electricity_network", "Electricity Network Party"
    GAS_NETWORK = "gas_network", "Gas Network Party"
    OTHER_SEC_PARTY = "other_sec_party", "Other SEC Party"
    DCC = "dcc", "DCC"
    MANUFACTURER = "manufacturer", "Manufacturer outside the Code"
    SECAS = "secas", "SECAS"
    SSC = "ssc", "Security Sub-Committee"
    AUDITOR = "auditor", "Auditor"


class Role(TextChoices):
    """What a person may do for a Party; `permissions.py` says which permissions each role holds."""

    PARTY_USER = "party_user", "Party user"
    PARTY_ADMINISTRATOR = "party_administrator", "Party administrator"
    MANUFACTURER_EDITOR = "manufacturer_editor", "Manufacturer editor"
    SUBMITTER = "submitter", "Submitter"
    SECAS_MODERATOR = "secas_moderator", "SECAS moderator"
    SECAS_PUBLISHER = "secas_publisher", "SECAS publisher"
    SSC_MEMBER = "ssc_member", "SSC member"
    AUDITOR = "auditor", "Auditor"


class RequestState(TextChoices):
    """Life of a request for access."""

    UNCONFIRMED = "unconfirmed", "E-mail address not confirmed"
    WAITING = "waiting", "Waiting for a decision"
    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"
    EXPIRED = "expired", "Never confirmed"


class DisabledReason(TextChoices):
    """Why an account is disabled."""

    LEFT = "left", "Left the Party"
    UNUSED = "unused", "Not used for long"
    ADMINISTRATOR = "administrator", "Disabled by an administrator"
    SECAS = "secas", "Disabled by SECAS"


class ReviewDecision(TextChoices):
    """What a Party says of one of its people in the joiner/leaver review."""

    STAYS = "stays", "Still needs access"
    LEFT = "left", "Has left, or needs no access"


class Channel(TextChoices):
    """By which door an act came in."""

    PAGE = "page", "Page"
    ADMIN = "admin", "Administration site"
    TOKEN = "token", "API token"
    PROCESS = "process", "Command line or background job"
