"""Words for Parties and roles, from the Smart Energy Code and `domain.md`."""

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
