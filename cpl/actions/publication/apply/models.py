"""The Device Model that a new entry is of: known, or made with its identifiers."""

from typing import Final

from cpl.actions.publication.apply.run import Run
from cpl.choices import DeviceType, SubmissionKind
from cpl.models import DeviceModel, Manufacturer, ManufacturerIdentifier, Submission
from cpl.proposals import Proposal
from cpl.readings.words import normalise

_WHICH: Final = "Query it: its author has to name the Device Model."
_NEEDED: Final = (("device_type", "device type"), ("model_name", "model name"))
_OF_MODEL: Final = (
    ("device_type", "device_type", "device type"),
    ("esme_variant", "esme_variant", "ESME variant"),
    ("model_name", "name", "model name"),
)
"""What submissions of one new Device Model must say alike: in the submission, on the model, in words."""


def model_of(run: Run, submission: Submission, said: Proposal) -> DeviceModel | None:
    """The Device Model that is meant, made if the list does not have it yet; None with an obstacle noted.

    What was checked and accepted is what the submission says: the Device Model from which its author began it counts
    only where it says nothing of one.
    """
    parts, code = said.model_parts, said.values.get("manufacturer_identifier")
    if parts is None and not code and submission.kind != SubmissionKind.ADDED_MODEL and submission.device_model:
        model: DeviceModel | None = submission.device_model
    elif parts is None or not code or submission.manufacturer is None:
        run.refuse(submission, "It does not say of which Device Model it is.", _WHICH)
        return None
    else:
        model = _named(run, submission, said, (str(code), *parts))
    return model if model is not None and _agrees(run, submission, said, model) else None


def _named(run: Run, submission: Submission, said: Proposal, key: tuple[str, ...]) -> DeviceModel | None:
    model = run.models.get(key) or _known(key)
    if model is None and (model := _make(run, submission, said, key)):
        run.model_makers[model.pk] = submission
    if model is not None:
        run.models[key] = model
    return model


def _agrees(run: Run, submission: Submission, said: Proposal, model: DeviceModel) -> bool:
    """Whether the submission says of the model what is known of it; otherwise obstacles are noted.

    With the list the named checks have compared it; with a model that this very issue made nobody has.
    """
    first = run.model_makers.get(model.pk)
    if model.manufacturer_id != submission.manufacturer_id:
        whose = f"{first.reference} names {model.manufacturer} for" if first else "The list has another manufacturer of"
        run.refuse(submission, f"{whose} this Device Model.", _WHICH)
        return False
    if first is None or first is submission:
        return True
    apart = [
        f"its {words} is {getattr(model, known) or 'left open'} in {first.reference} and {said.values[name]} here"
        for name, known, words in _OF_MODEL
        if name in said.values and normalise(said.values[name]) != normalise(getattr(model, known))
    ]
    if apart:
        message = f"It contradicts {first.reference}, of the same new Device Model: {'; '.join(apart)}."
        run.refuse(submission, message, "Query the one that is wrong, and take it out of the issue.")
    return not apart


def _known(key: tuple[str, ...]) -> DeviceModel | None:
    names = ("identifier__code", "model_identifier", "hardware_version", "hardware_revision")
    rows = DeviceModel.objects.select_related("manufacturer", "identifier")
    return rows.filter(**dict(zip(names, key, strict=True))).first()


def _make(run: Run, submission: Submission, said: Proposal, key: tuple[str, ...]) -> DeviceModel | None:
    missing = [words for name, words in _NEEDED if name not in said.values]
    if missing or submission.manufacturer is None or said.model_parts is None:
        run.refuse(submission, f"It is of a new Device Model and lacks its {' and '.join(missing)}.", _WHICH)
        return None
    kind = said.values["device_type"]
    return DeviceModel.objects.create(
        manufacturer=submission.manufacturer,
        identifier=_identifier(submission.manufacturer, key[0]),
        device_type=kind,
        esme_variant=said.values.get("esme_variant", "") if kind == DeviceType.ESME else "",
        name=said.values["model_name"],
        **said.model_parts._asdict(),
    )


def _identifier(maker: Manufacturer, code: str) -> ManufacturerIdentifier:
    """The identifier, by which the manufacturer is known from now on."""
    identifier, _ = ManufacturerIdentifier.objects.get_or_create(code=code)
    maker.identifiers.add(identifier)
    return identifier
