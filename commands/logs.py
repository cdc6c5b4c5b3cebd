"""The log on standard error: ours and that of the libraries, in one form, and without the words of errors."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog
from structlog.types import Processor

from settings import LogFormat, Settings

_FRAMES = 12


def configure(settings: Settings) -> None:
    """Let everything that is logged from now on go to standard error as the settings say.

    Libraries are heard from `warning` on, whatever the level: below that, uvicorn tells addresses, and websockets and
    the database drivers tell what they carry.
    """
    wanted = settings.log_format or (LogFormat.CONSOLE if sys.stderr.isatty() else LogFormat.JSON)
    stamped: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _places,
    ]
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if wanted is LogFormat.CONSOLE
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*stamped, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, _first_line, *stamped],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)


def _places(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put an error's kind and place into the line; its words may hold a token, an address or what a statement was given."""
    error = line.pop("exc_info", None)
    line.pop("stack_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        line["error"], line["at"] = type(error).__name__, _frames(error.__traceback__)
    return line


def _frames(raised: TracebackType | None) -> str:
    innermost = reversed(traceback.extract_tb(raised)[-_FRAMES:])
    return " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in innermost)


def _first_line(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep a library's first line: asyncio describes below it the tasks and errors that it speaks of."""
    line["event"] = str(line["event"]).partition("\n")[0]
    return line
