"""One JSON object a line, for whatever collects logs. Never holds what people wrote."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

EXTRAS = ("status_code", "seconds", "organisation", "project", "layer", "job")


class JsonFormatter(logging.Formatter):
    """Time (UTC), level, logger, message, method and path of the request, stack if any.

    The query string and the body stay out: they may hold keys or words of residents.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        request = getattr(record, "request", None)
        if hasattr(request, "method"):
            line |= {"method": request.method, "path": request.path}  # type: ignore[union-attr]
        line |= {name: getattr(record, name) for name in EXTRAS if hasattr(record, name)}
        if record.exc_info:
            line["stack"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
