"""Logs: one JSON object a line for machines, a short line for a person at a terminal.

Names and ids only, never what a resident wrote or is called: libraries' texts of exceptions, which
quote rows and addresses, are left out; the kind and the place of an error remain.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

LONGEST = 500
# What every record has; whatever a caller adds by `extra=` is what is left.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {
    *("message", "asctime", "taskName"),
    "color_message",  # uvicorn's own copy of the message
}
_QUIET = {"httpx": logging.WARNING, "asyncio": logging.WARNING, "uvicorn.access": logging.WARNING}


def configure(*, terminal: bool | None = None, level: int = logging.INFO) -> None:
    """Send this process's log to stderr: readable when that is a terminal, else JSON lines."""
    readable = sys.stderr.isatty() if terminal is None else terminal
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Readable() if readable else JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(quiet)


class JsonLines(logging.Formatter):
    """One object a line: at, level, log, message, what `extra` named, an error's kind and place."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_fields(record), ensure_ascii=True, default=str)


class Readable(logging.Formatter):
    """Time, level, message and the rest as name=value, on one line without control characters."""

    def format(self, record: logging.LogRecord) -> str:
        fields = _fields(record)
        first = f"{fields.pop('at')[11:19]} {fields.pop('level'):<7} {fields.pop('message')}"
        return " ".join([first, *(f"{name}={value}" for name, value in fields.items())])


def _fields(record: logging.LogRecord) -> dict[str, str]:
    moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    fields = {
        "at": moment,
        "level": record.levelname.lower(),
        "log": record.name,
        "message": clean(record.getMessage()),
    }
    extra = {name: value for name, value in vars(record).items() if name not in _OWN}
    fields |= {clean(name): clean(str(value)) for name, value in extra.items()}
    if record.exc_info and record.exc_info[0] is not None:
        fields["error"] = record.exc_info[0].__name__
        frames = traceback.extract_tb(record.exc_info[2])[-5:]
        fields["where"] = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return fields


def clean(text: str) -> str:
    """One line without control characters, of about 500: no entry can forge another.

    Of a longer text the beginning and the end are kept, where a traceback says what and why.
    """
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"
    return "".join(
        character if character.isprintable() else repr(character)[1:-1] for character in text
    )
