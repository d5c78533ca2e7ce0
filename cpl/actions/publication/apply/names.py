"""Names of Device Models: a model is called as its listed entries are, where these agree."""

from collections import defaultdict
from collections.abc import Iterable

from cpl.choices import Audience
from cpl.models import CPLEntry, DeviceModel


def settle_names(models: Iterable[int]) -> None:
    """Give each model the name that all its listed entries stand under, as an import of the list would.

    Everybody sees the name of a Device Model, so that of an entry which only some may see does not count.
    """
    names: dict[int, set[str]] = defaultdict(set)
    rows = CPLEntry.objects.listed().filter(device_model__in=list(models), audience=Audience.ALL_PARTIES)
    for model, name in rows.order_by().values_list("device_model", "model_name").distinct():
        names[model].add(name)
    agreed = {model: next(iter(found)) for model, found in names.items() if len(found) == 1}
    for known in DeviceModel.objects.filter(pk__in=agreed):
        if known.name != agreed[known.pk]:
            DeviceModel.objects.filter(pk=known.pk).update(name=agreed[known.pk])
