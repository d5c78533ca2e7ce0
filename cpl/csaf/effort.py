"""How much work a file may ask for: a small file that refers to its own parts crosswise could ask for any amount."""

from dataclasses import dataclass

from cpl.csaf.errors import refused


@dataclass
class Effort:
    """What steps that multiply may do: `most`. Where that does not do, `what` and `cure` are told, with the place."""

    most: int
    what: str
    cure: str
    place: str
    spent: int = 0

    def spend(self, number: int) -> None:
        """To be called before the work is done. Raises CsafError where it is more than is left."""
        self.spent += number
        if self.spent > self.most:
            raise refused(f"{self.what}: more than {self.most:,}.", self.cure, place=self.place)
