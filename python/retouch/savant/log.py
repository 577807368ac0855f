"""`savant.utils.logging`: Python's loggers under the name that modules expect."""

from __future__ import annotations

import logging


def get_logger(name: str) -> logging.Logger:
    """The logger `savant.<name>`; it has `trace` too, below debug."""
    logger = logging.getLogger(name if name.startswith("savant") else f"savant.{name}")
    if not hasattr(logger, "trace"):
        logger.trace = _trace.__get__(logger)  # type: ignore[attr-defined]
    return logger


TRACE = 5
logging.addLevelName(TRACE, "TRACE")


def _trace(self: logging.Logger, message: object, *arguments: object) -> None:
    self.log(TRACE, message, *arguments)


class LoggerMixin:
    """Gives a class `self.logger`."""

    @property
    def logger(self) -> logging.Logger:
        return get_logger(f"{type(self).__module__}.{type(self).__name__}")
