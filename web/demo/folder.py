"""The data folder of a demo: whose it is, and how far its filling came.

`demo.json` is written before anything else and once more when all is there. So a filling that was
killed is begun anew, and a folder that holds something else is never touched.
"""

import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from web import mistakes

NAME = "demo.json"


@dataclass(eq=False)
class NotADemo(mistakes.Mistake):
    """The folder holds something that is no demo."""

    folder: Path

    def __str__(self) -> str:
        return f"{self.folder} holds data that is not a demo; name another folder with --data"


@dataclass(eq=False)
class OtherDemo(mistakes.Mistake):
    """The folder holds another demo than the one asked for."""

    folder: Path
    scale: str
    seed: int

    def __str__(self) -> str:
        return (
            f"{self.folder} holds the demo of --scale {self.scale} --seed {self.seed}; "
            "name another folder with --data, or remove this one"
        )


@dataclass(frozen=True, slots=True)
class Demo:
    """What the folder holds. The secrets are those of invented data, told to whoever starts it."""

    scale: str
    seed: int
    made_at: str = ""
    """ISO 8601; empty while it is being filled."""
    tracking_code: str = ""
    agency_key: str = ""

    @property
    def is_filled(self) -> bool:
        return bool(self.made_at)


def claim(data: Path, *, scale: str, seed: int) -> Demo:
    """The demo in the folder, or the one to be filled there, noted. Raises NotADemo, OtherDemo."""
    found = _read(data)
    if found is None:
        if data.exists() and any(data.iterdir()):
            raise NotADemo(data)
        found = Demo(scale, seed)
        keep(data, found)
    if found.is_filled and (found.scale, found.seed) != (scale, seed):
        raise OtherDemo(data, found.scale, found.seed)
    return found if found.is_filled else Demo(scale, seed)


def keep(data: Path, demo: Demo) -> None:
    """Write down what the folder holds: whole or not at all, for its owner alone."""
    data.mkdir(parents=True, exist_ok=True)
    draft = data / f".{NAME}"
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(orjson.dumps(asdict(demo), option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    draft.rename(data / NAME)


def clear(data: Path) -> None:
    """Remove the editions that an earlier filling left; its database is the caller's."""
    shutil.rmtree(data / "editions", ignore_errors=True)


def _read(data: Path) -> Demo | None:
    try:
        return Demo(**orjson.loads((data / NAME).read_bytes()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        raise NotADemo(data) from None
