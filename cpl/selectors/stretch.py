"""A stretch of the pathway: every version on some way from one to another; or all released between the two."""

from cpl.routes import Network


class NoStretchError(ValueError):
    """No way leads from the first version to the last: `message` says so, `cure` what to do."""

    def __init__(self, message: str, cure: str) -> None:
        super().__init__(f"{message} {cure}")
        self.message, self.cure = message, cure


def stretch(network: Network, first: int, last: int) -> list[int]:
    """Every version on any way from `first` to `last`, both included, by pathway and release date, oldest first.

    `network` is what one person may know of the model: what is hidden from them is on no stretch of theirs. Raises
    NoStretchError where no way is known that leads from the first to the last, or one of them is not of the network.
    """
    if first not in network.rank or last not in network.rank:
        raise NoStretchError("A version is not one of this Device Model.", "Choose both from its versions.")
    befores = network.befores(last) | {last}
    if first not in befores:
        raise _none(network, first, last)
    between = (network.afters(first) | {first}) & befores
    return [key for key in network.order if key in between]


def released_between(network: Network, first: int, last: int) -> list[int]:
    """Every version from `first` to `last`, both included, in the order of pathway and release, whether or not a way is
    known. Raises NoStretchError where the first comes after the last, or one of them is not of the network.
    """
    if first not in network.rank or last not in network.rank:
        raise NoStretchError("A version is not one of this Device Model.", "Choose both from its versions.")
    if network.rank[first] > network.rank[last]:
        raise NoStretchError("The second version was released before the first.", "Exchange the two.")
    return list(network.order[network.rank[first] : network.rank[last] + 1])


def _none(network: Network, first: int, last: int) -> NoStretchError:
    if first in network.afters(last):
        return NoStretchError("The pathway leads from the second version to the first.", "Exchange the two.")
    if network.silent & (network.befores(last) | {last}):
        message = "No way from the first version to the second is known: the manufacturer has not said all of it."
        return NoStretchError(message, "Choose the versions one by one.")
    return NoStretchError("No way leads from the first version to the second.", "Choose the versions one by one.")
