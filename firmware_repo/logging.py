"""Logs go to standard output, one line an event; as JSON in production so that a collector can read them."""

import json
import logging
import logging.config
import re
from datetime import UTC, datetime
from typing import Any, Final

_LINKS: Final = re.compile(
    r"(/invitations/[^/\s]+/(?!send-again/|withdraw/)|/join/confirm/[^/\s]+/"
    r"|/accounts/password/reset/key/[0-9A-Za-z]+-)[^/\s?\"']+"
)


class WithoutLinks(logging.Filter):
    """Masks what proves the reader of a letter: Django logs the path of every refusal, and the link may still work."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, its message without the proof."""
        said = record.getMessage()
        masked = _LINKS.sub(r"\1…", said)
        if masked != said:
            record.msg, record.args = masked, ()
        return True


class JsonLine(logging.Formatter):
    """One JSON object a line: time, level, logger, message and, where there is one, the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure(options: dict[str, Any]) -> None:
    """Set up logging from settings.LOGGING, which holds `level` and `json` only."""
    formatter = "json" if options["json"] else "plain"
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {"()": JsonLine},
                "plain": {"format": "{levelname:7} {name}: {message}", "style": "{"},
            },
            "filters": {"without_links": {"()": WithoutLinks}},
            "handlers": {
                "console": {"class": "logging.StreamHandler", "formatter": formatter, "filters": ["without_links"]}
            },
            "loggers": {name: {"level": "WARNING"} for name in ("procrastinate.blueprints", "procrastinate.periodic")},
            "root": {"handlers": ["console"], "level": options["level"]},
        }
    )
