"""What the documents say is true of the code."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def commands() -> list[str]:
    """The README's commands: the lines of its `sh` blocks, in order."""
    blocks = (ROOT / "README.md").read_text().split("```sh\n")[1:]
    return [line for block in blocks for line in block.split("```")[0].splitlines() if line]
