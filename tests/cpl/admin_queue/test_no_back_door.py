"""The administration site is no back door: no form of it moves a submission, publishes, or writes history."""

from typing import Any, Final

import pytest
from django.contrib import admin
from django.forms import model_to_dict
from django.test import Client

from cpl import models
from cpl.models import Submission
from tests.conftest import SignedIn
from tests.cpl.admin_queue.submitting import QUEUE, accepted
from tests.factories import Cast, Catalogue

pytestmark = pytest.mark.django_db

PROCESS: Final = (
    models.Submission, models.SubmissionStep, models.Waiver, models.SubmissionBatch, models.CPLIssue,
    models.PublicationRecord, models.LogCheckpoint, models.CertificateNotice, models.SavedView,
)  # fmt: skip
EVERYBODY: Final = ("moderator", "publisher", "auditor", "supplier", "manufacturer", "submitter")
OURS: Final = [model for model in admin.site._registry if model._meta.app_label == "cpl"]


def tables() -> dict[str, list[dict[str, Any]]]:
    """Every row of the process, as it stands."""
    managers: list[Any] = [model._default_manager for model in PROCESS]
    return {manager.model.__name__: list(manager.order_by("pk").values()) for manager in managers}


def posts(client: Client, home: str, key: object, fields: dict[str, Any]) -> list[int]:
    addresses = (f"{home}add/", f"{home}{key}/change/", f"{home}{key}/delete/")
    return [client.post(address, {**fields, "post": "yes", "_save": "Save"}).status_code for address in addresses]


@pytest.mark.parametrize("who", EVERYBODY)
def test_no_form_adds_changes_or_deletes_anything_of_the_process(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, who: str
) -> None:
    submission = accepted(cast, catalogue)
    before, client = tables(), signed_in(getattr(cast, who))
    for model in PROCESS:
        record: Any = model._default_manager.first() or submission
        fields = {name: str(value) for name, value in model_to_dict(record).items() if value is not None}
        answers = posts(client, f"/admin/cpl/{model._meta.model_name}/", record.pk, {**fields, "state": "published"})
        expected = {403, 405} if model in admin.site._registry else {404, 403}
        assert set(answers) <= expected, (model.__name__, answers)
    assert tables() == before


def test_no_register_has_a_field_an_inline_or_a_bulk_action_that_moves_a_submission(cast: Cast, rf: Any) -> None:
    request = rf.get("/admin/")
    for request.user in (cast.moderator, cast.publisher):
        for model in OURS:
            register = admin.site._registry[model]
            assert not register.list_editable, model
            assert not {inline.model for inline in register.get_inline_instances(request)} & set(PROCESS), model
            assert "delete_selected" not in register.get_actions(request), model


def test_registers_of_the_process_are_for_reading_only(cast: Cast, rf: Any) -> None:
    request = rf.get("/admin/")
    for request.user in (cast.moderator, cast.publisher):
        for register in (admin.site._registry[model] for model in OURS if model in PROCESS):
            assert not register.has_add_permission(request), register
            assert not register.has_change_permission(request), register
            assert not register.has_delete_permission(request), register


def test_a_list_of_the_queue_saves_no_rows(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    submission = accepted(cast, catalogue)
    form = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": submission.pk,
            "form-0-state": "published", "_save": "Save"}  # fmt: skip
    for who in ("moderator", "publisher"):
        signed_in(getattr(cast, who)).post(QUEUE, form)
    assert Submission.objects.get().state == "accepted"


def test_the_page_of_a_record_leads_to_its_review_for_reading_only(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    submission = accepted(cast, catalogue)
    answer = signed_in(cast.auditor).get(f"{QUEUE}{submission.pk}/change/")
    assert answer.status_code == 302
    assert answer["Location"] == f"{QUEUE}{submission.pk}/review/"
