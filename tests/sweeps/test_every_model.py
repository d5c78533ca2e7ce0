"""Every model says who may see its records: a new one fails here until its rule is declared."""

from typing import Any, Final

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from tests.sweeps.world import World

pytestmark = pytest.mark.django_db

VISIBLE_TO: Final = "visible_to"
"""Its queryset knows the word, and every page starts from it."""

OF_PARTY: Final = "the people of its Party, by access.sees_people_of and access.manages"
SECAS_ONLY: Final = "SECAS and auditors, in the administration site only"

RULES: Final = {
    "accounts.accessrequest": OF_PARTY,
    "accounts.apitoken": OF_PARTY,
    "accounts.auditevent": "auditors; of it, a manufacturer its counts of looks, and everybody their own sign-ins",
    "accounts.invitation": OF_PARTY,
    "accounts.membership": OF_PARTY,
    "accounts.party": OF_PARTY,
    "accounts.review": OF_PARTY,
    "accounts.reviewanswer": "with its review",
    "accounts.singlesignon": "SECAS; of others only whether a domain has one",
    "accounts.user": OF_PARTY,
    "cpl.certificatenotice": "nobody: it only remembers what was told",
    "cpl.columnmapping": SECAS_ONLY,
    "cpl.contact": VISIBLE_TO,
    "cpl.contactgrant": "with its contact",
    "cpl.cplentry": VISIBLE_TO,
    "cpl.cplissue": VISIBLE_TO,
    "cpl.devicemodel": VISIBLE_TO,
    "cpl.entrygrant": "with its entry",
    "cpl.estateanswer": "with its check; of it, what its reader may see today",
    "cpl.estatecheck": VISIBLE_TO,
    "cpl.estatecolumns": VISIBLE_TO,
    "cpl.estatefeed": VISIBLE_TO,
    "cpl.estateholding": "with its check; manufacturers only how many Parties have something",
    "cpl.estatepreference": "the people of its Party who may check an estate",
    "cpl.estaterefusal": "with its check",
    "cpl.firmwareinformation": VISIBLE_TO,
    "cpl.informationgrant": "with its FIR record",
    "cpl.importrow": "with its import",
    "cpl.importrun": SECAS_ONLY,
    "cpl.logcheckpoint": "everybody with a role: a signature over digests",
    "cpl.manufacturer": "everybody with a role: a maker's name is no secret, its models are",
    "cpl.manufactureridentifier": "everybody with a role",
    "cpl.modelinterest": VISIBLE_TO,
    "cpl.notesgrant": "with its notes",
    "cpl.notice": VISIBLE_TO,
    "cpl.noticerevision": "with its notice, of its versions those that are visible",
    "cpl.noticeversion": VISIBLE_TO,
    "cpl.publicationrecord": VISIBLE_TO,
    "cpl.restrictednotes": VISIBLE_TO,
    "cpl.savedview": "its person; a shared one everybody in SECAS",
    "cpl.searchmiss": SECAS_ONLY,
    "cpl.submission": VISIBLE_TO,
    "cpl.submissionbatch": "with its submissions",
    "cpl.submissionpreview": "its author alone, while they may submit",
    "cpl.submissionstep": "with its submission; an internal one SECAS and auditors only",
    "cpl.upgradepathlink": "where both its entries are visible",
    "cpl.waiver": "with its submission, SECAS and auditors only",
}


def ours() -> dict[str, type[Model]]:
    """Our models, without the tables that keep their history: those are read with the record they are of."""
    models = [model for app in ("accounts", "cpl") for model in apps.get_app_config(app).get_models()]
    return {model._meta.label_lower: model for model in models if not hasattr(model, "pgh_created_at")}


def test_every_model_says_who_may_see_it() -> None:
    assert set(ours()) == set(RULES)


@pytest.mark.parametrize("label", [label for label, rule in RULES.items() if rule == VISIBLE_TO])
def test_nothing_is_visible_to_people_without_a_role(label: str, world: World) -> None:
    manager: Any = ours()[label]._default_manager
    assert not manager.visible_to(AnonymousUser()).exists()
    assert not manager.visible_to(world.person("stranger")).exists()
