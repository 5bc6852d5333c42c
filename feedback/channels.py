"""Where something goes that is no feedback: who receives it, which number to call. Data of a city.

A file of the shape of `channels.toml`; every entry names its source.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from feedback.texts.legal_router import Channel


@dataclass(eq=False)
class BadChannels(Exception):
    """A file of channels that cannot be read; `entry` is what is at fault, or the file."""

    entry: str


@dataclass(frozen=True, slots=True)
class Hotline:
    """A number to call at once."""

    number: str
    vi: str
    en: str
    source: str

    def name(self, language: str) -> str:
        return self.vi if language == "vi" else self.en


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who takes what feedback is told from."""

    channel: Channel
    vi: str
    en: str
    source: str

    def name(self, language: str) -> str:
        return self.vi if language == "vi" else self.en


@dataclass(frozen=True, slots=True)
class Channels:
    """All of a city's channels, in the order of their file."""

    hotlines: tuple[Hotline, ...]
    receivers: tuple[Receiver, ...]

    def of(self, channel: Channel) -> tuple[Receiver, ...]:
        return tuple(one for one in self.receivers if one.channel is channel)


@cache
def known(path: Path | None = None) -> Channels:
    """The channels of a file, or those of the whole country. Raises `BadChannels`."""
    file = path or resources.files("feedback") / "channels.toml"
    try:
        return read(tomllib.loads(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise BadChannels(str(path)) from None


def read(document: Mapping[str, Any]) -> Channels:
    """Channels from a parsed file. `BadChannels` names the entry at fault; none may be without a
    hotline and a receiver of each kind, for a page that names nobody would help nobody.
    """
    found = Channels(
        tuple(_hotline(entry) for entry in document.get("hotlines", ())),
        tuple(_receiver(entry) for entry in document.get("receivers", ())),
    )
    needed = (Channel.DENUNCIATION, Channel.STATUTORY_COMPLAINT)
    lacking = [channel.value for channel in needed if not found.of(channel)]
    if lacking or not found.hotlines:
        raise BadChannels(lacking[0] if lacking else "hotlines")
    return found


def _hotline(entry: Mapping[str, Any]) -> Hotline:
    return Hotline(*(_text(entry, name) for name in ("number", "vi", "en", "source")))


def _receiver(entry: Mapping[str, Any]) -> Receiver:
    try:
        channel = Channel(entry.get("channel", ""))
    except ValueError:
        raise BadChannels(str(entry.get("channel"))) from None
    return Receiver(channel, *(_text(entry, name) for name in ("vi", "en", "source")))


def _text(entry: Mapping[str, Any], name: str) -> str:
    text = entry.get(name)
    if not isinstance(text, str) or not text.strip():
        raise BadChannels(name)
    return text.strip()
