"""What each kind of submission asks, in the words of those who answer. Nothing here judges an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices

from cpl.choices import (
    CpaDateKind,
    DeviceType,
    EsmeVariant,
    PathwayState,
    Recommendation,
    Stage,
    SubmissionKind,
    Urgency,
)

Kind = SubmissionKind
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Question:
    """One question. `control` is text, hex, prose, radios, select, predecessors or contact.

    A voluntary one is answered by *give it, decline, does not apply, later*; its value is asked for only when given.
    """

    name: str
    label: str
    hint: str = ""
    control: str = "text"
    width: int = 0
    choices: Choices = ()
    voluntary: bool = False
    optional: bool = False
    if_any: bool = False
    """Whether a new entry may well have none: its form says so."""


@dataclass(frozen=True)
class Group:
    """Questions under one heading. One that is `folded` may be shut where it is filled in beforehand."""

    name: str
    title: str
    questions: tuple[Question, ...]
    lead: str = ""
    folded: bool = False

    @property
    def voluntary(self) -> bool:
        """Whether nobody need answer any of it."""
        return all(question.voluntary for question in self.questions)


@dataclass(frozen=True)
class KindWords:
    """A kind in the words of those who choose it: what to call it, when to use it, and how its form begins."""

    title: str
    when: str
    lead: str = ""


WORDS: Final[Mapping[SubmissionKind, KindWords]] = {
    Kind.NEW_ENTRY: KindWords(
        "List a new firmware version",
        "You have a version that is not on the Central Products List yet.",
        "SECAS needs the identity of the version, its hash and its certificates. The rest is yours to give or not.",
    ),
    Kind.INFORMATION: KindWords(
        "Say something about a version",
        "A version is on the list, and you want to tell suppliers what it is for, or whom to ask.",
        "Answer as much or as little as you like. What you leave at “Leave as it is” stays as published.",
    ),
    Kind.CORRECTION: KindWords(
        "Correct something published",
        "A name, a version of a standard or a certificate on the list is wrong.",
        "Fill in only what is wrong. What identifies an entry, and its hash, can never be changed.",
    ),
    Kind.HASH: KindWords("Give the hash of a version", "An entry on the list has no firmware hash yet."),
    Kind.ADDED_MODEL: KindWords(
        "Add a Device Model under an existing certificate",
        "A model is covered by the certificates of an entry that is on the list already.",
    ),
    Kind.CONTACT: KindWords(
        "Give or change a contact",
        "Suppliers should ask another team, address or number.",
        "SEC Parties with need see it, and each look is counted for you. Consumers never see it.",
    ),
    Kind.PATHWAY: KindWords(
        "Say what may be upgraded to a version",
        "The upgrade pathway of an entry is missing or wrong.",
    ),
    Kind.WITHDRAWAL: KindWords(
        "Withdraw a version",
        "You no longer stand by a version and want suppliers to stop using it.",
        "It stays on the list, marked as withdrawn with your reason. Devices are not removed.",
    ),
    Kind.REMOVAL: KindWords(
        "Remove an entry at direction",
        "The Panel or the SSC has directed that an entry leaves the list.",
        "It stays in the repository, marked as removed, with the reason and the reference.",
    ),
}


def _choices(kind: type[TextChoices]) -> Choices:
    return tuple((value, str(label)) for value, label in kind.choices)


_YES_NO: Choices = (("Yes", "Yes"), ("No", "No"))

_MODEL = (
    Question("device_type", "What is it?", control="select", choices=_choices(DeviceType)),
    Question(
        "esme_variant",
        "ESME variant",
        "Electricity meters only.",
        "select",
        choices=_choices(EsmeVariant),
        optional=True,
    ),
    Question("model_name", "Model name", "As it should read on the list.", width=30),
    Question("manufacturer_identifier", "Manufacturer identifier", "Four hex digits, such as 7A01.", "hex", 5),
    Question(
        "device_model",
        "Device Model as DUIS writes it",
        "Eight hex digits: model, hardware version, hardware revision. Such as 8B0B030D.",
        "hex",
        10,
    ),
)
_VERSION = (
    Question("firmware_version", "Firmware version", "Eight hex digits, such as 01040605.", "hex", 10),
    Question(
        "firmware_hash",
        "Firmware hash (SHA-256)",
        "64 hex digits over the Manufacturer Image alone: without the OTA header and without the supplier’s trailer.",
        "hex",
        64,
        if_any=True,
    ),
    Question(
        "firmware_label", "Your own label for it", "What your release notes call it, such as 4.2.1.", width=20,
        optional=True,
    ),
    Question("smets_chts_version", "SMETS or CHTS version", "Such as SMETS V5.1.", width=20),
    Question("gbcs_version", "GBCS version", "Such as 4.2.", width=10, if_any=True),
)  # fmt: skip
_CERTIFICATES = (
    Question("zigbee_certificate", "ZigBee certificate", width=20, if_any=True),
    Question("dlms_certificate", "DLMS certificate", "Electricity meters only.", width=20, optional=True),
    Question("cpa_certificate", "CPA certificate", width=20, if_any=True),
    Question("cpa_date_kind", "On its date the CPA certificate", control="radios", choices=_choices(CpaDateKind)),
    Question("cpa_date", "CPA date", "Day, month, year, such as 27/3/2028.", width=10),
)
_PATHWAY_CHOICES: Choices = (
    (PathwayState.THESE_ENTRIES.value, "These versions"),
    (PathwayState.NOT_APPLICABLE.value, "None: nothing comes before it"),
    (PathwayState.NOT_PROVIDED.value, "I cannot say yet"),
)
_PATHWAY = (
    Question(
        "pathway_state",
        "Which versions may be upgraded straight to it?",
        control="predecessors",
        choices=_PATHWAY_CHOICES,
    ),
)
_CONTACT_PARTS = (
    Question("contact_team", "Team", "A team rather than a person.", width=30),
    Question("contact_email", "E-mail address", width=30),
    Question("contact_telephone", "Telephone", width=20),
)


def _voluntary(name: str, label: str, hint: str = "", control: str = "text", choices: Choices = ()) -> Question:
    return Question(name, label, hint, control, _WIDTHS.get(name, 0), choices, voluntary=True)


_WIDTHS: Final = {"release_date": 10, "portal_link": 30}

_INFORMATION = (
    Group(
        "words",
        "In your own words",
        (
            _voluntary("notes", "What should a supplier know?", control="prose"),
            _voluntary(
                "vulnerabilities", "Vulnerabilities it mends or still has",
                "In words that may be read by every Party that sees this version.", "prose",
            ),
        ),
    ),
    Group(
        "release",
        "The release",
        (
            _voluntary("release_date", "Release date", "Day, month, year, such as 27/3/2026."),
            _voluntary("stage", "Production or test?", control="radios", choices=_choices(Stage)),
            _voluntary("recommendation", "Do you recommend it?", control="radios", choices=_choices(Recommendation)),
            _voluntary(
                "urgency", "How soon should suppliers upgrade to it?", control="radios", choices=_choices(Urgency)
            ),
        ),
    ),
    Group(
        "effects",
        "What the upgrade does",
        (
            _voluntary("interrupts_hub_power", "Does it interrupt the hub’s power?", control="radios", choices=_YES_NO),
            _voluntary(
                "irreversible", "Is it impossible to go back?", "Yes where an older version cannot be put back.",
                "radios", choices=_YES_NO,
            ),
            _voluntary("needs_site_visit", "Does it need a site visit?", control="radios", choices=_YES_NO),
        ),
    ),
    Group(
        "ask",
        "Whom to ask",
        (
            _voluntary(
                "contact", "Contact", "SEC Parties with need see it; each look is counted. Consumers never see it.",
                "contact",
            ),
            _voluntary(
                "portal_link", "Link to your own portal", "Where images and notes are, behind your own log-in."),
        ),
    ),
)  # fmt: skip

_VERSION_GROUP = Group("version", "The version", _VERSION)
_PATHWAY_GROUP = Group("pathway", "Upgrade pathway", _PATHWAY)
_REASON = Question("reason", "Why is it to be corrected?", "SECAS reads it, and it goes on record.", "prose")

_CORRECTABLE = ("model_name", "firmware_label", "smets_chts_version", "gbcs_version")

GROUPS: Final[Mapping[SubmissionKind, tuple[Group, ...]]] = {
    Kind.NEW_ENTRY: (
        Group("model", "The Device Model", _MODEL, folded=True),
        _VERSION_GROUP,
        Group("certificates", "Certificates", _CERTIFICATES),
        _PATHWAY_GROUP,
        *_INFORMATION,
    ),
    Kind.INFORMATION: (*_INFORMATION, _PATHWAY_GROUP),
    Kind.CORRECTION: (
        Group("reason", "Reason", (_REASON,)),
        Group(
            "listed",
            "What it should say",
            tuple(question for question in (*_MODEL, *_VERSION) if question.name in _CORRECTABLE),
        ),
        Group("certificates", "Certificates", _CERTIFICATES),
    ),
    Kind.HASH: (
        Group("version", "The hash", tuple(question for question in _VERSION if question.name == "firmware_hash")),
    ),
    Kind.ADDED_MODEL: (Group("model", "The Device Model", _MODEL), _VERSION_GROUP),
    Kind.CONTACT: (Group("ask", "The contact", _CONTACT_PARTS),),
    Kind.PATHWAY: (_PATHWAY_GROUP,),
    Kind.WITHDRAWAL: (
        Group(
            "reason",
            "Reason",
            (
                Question(
                    "reason", "Why do you withdraw it?",
                    "Everybody who sees the version reads this, for good. Say what they should do instead.", "prose",
                ),
            ),
        ),
    ),
    Kind.REMOVAL: (
        Group(
            "reason",
            "The direction",
            (
                Question("reference", "Reference of the direction", "Such as SECP_90_1204.", width=20),
                Question("removed_on", "Removed on", "Day, month, year, such as 27/3/2026.", width=10),
                Question("reason", "Reason", "Everybody who sees the entry reads this, for good.", "prose"),
            ),
        ),
    ),
}  # fmt: skip
"""The questions of each kind, in the order of its page."""

CONTACT_PARTS: Final = _CONTACT_PARTS

ANSWERS: Final[Choices] = (
    ("give", "Give it"),
    ("decline", "Decline"),
    ("not_applicable", "Does not apply"),
    ("later", "Later"),
)
"""How a voluntary question may be answered."""
