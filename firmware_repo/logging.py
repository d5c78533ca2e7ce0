"""Logs go to standard output, one line an event; as JSON in production so that a collector can read them."""

import json
import logging
import logging.config
from datetime import UTC, datetime
from typing import Any


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
            "handlers": {"console": {"class": "logging.StreamHandler", "formatter": formatter}},
            "loggers": {name: {"level": "WARNING"} for name in ("procrastinate.blueprints", "procrastinate.periodic")},
            "root": {"handlers": ["console"], "level": options["level"]},
        }
    )
