"""Which entries may be upgraded to which (modification MP231)."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q

from cpl.models.entry import CPLEntry
from cpl.models.fields import event_indexes, pathway_state_is_true
from cpl.models.manufacturer import Manufacturer


@pghistory.track(
    pghistory.InsertEvent(), pghistory.DeleteEvent(), pghistory.UpdateEvent(), meta=event_indexes("path_event")
)
class UpgradePathLink(models.Model):
    """`predecessor` may be upgraded to `entry`. Both refer to one manufacturer: the database holds them to it."""

    entry = models.ForeignKey(CPLEntry, on_delete=models.PROTECT, related_name="links_from", db_constraint=False)
    predecessor = models.ForeignKey(CPLEntry, on_delete=models.PROTECT, related_name="links_to", db_constraint=False)
    manufacturer = models.ForeignKey(Manufacturer, on_delete=models.PROTECT, related_name="+", db_constraint=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "predecessor"], name="upgrade_path_once"),
            models.CheckConstraint(condition=~Q(entry=F("predecessor")), name="upgrade_path_not_to_itself"),
        ]
        triggers = [
            pathway_state_is_true(
                "NEW.entry_id", name="link_makes_state_true", operation=pgtrigger.Insert | pgtrigger.Update
            ),
            pathway_state_is_true("OLD.entry_id", name="link_leaves_state_true", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} to {self.entry_id}"
