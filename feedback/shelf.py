"""Where files lie: under random names, each sealed with a key of its own, for the owner alone.

A file is encrypted as it arrives (AES-256-GCM, NIST SP 800-38D), so its plain bytes never touch
the disk. Its key stands in its row: whoever forgets the row has forgotten the file, in every copy
and backup of the folder.
"""

import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

ORIGINAL, WHOLE, PREVIEW = "original", "whole", "preview"
_PART = "part"
_NONCE, _TAG, _KEY = 12, 16, 32


def new_name() -> str:
    """A name nobody chose: 128 random bits."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Spooled:
    """A file put down: its random name, the key that opens it, its size and digest."""

    name: str
    key: bytes
    size: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder of files; made when first needed, closed to everybody else (0700)."""

    folder: Path

    def place(self, name: str, part: str) -> Path:
        """Where one part of a file lies. `name` is one of ours: hexadecimal digits, never typed."""
        return self.folder / f"{name}.{part}"

    def spool(self) -> "Spool":
        """A file about to arrive, piece by piece."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Spool(self)

    def put(self, name: str, part: str, key: bytes, data: bytes) -> None:
        """Put a whole part down, durably."""
        spool = Spool(self, name=name, key=key, part=part)
        try:
            spool.write(data)
            spool.close()
        except BaseException:
            spool.drop()
            raise

    def take(self, name: str, part: str, key: bytes) -> bytes:
        """The bytes of a part. FileNotFoundError where there is none, ValueError where it is not
        what was put down.
        """
        data = self.place(name, part).read_bytes()
        nonce, sealed, tag = data[:_NONCE], data[_NONCE:-_TAG], data[-_TAG:]
        try:
            opening = Cipher(algorithms.AES(key), modes.GCM(nonce, tag)).decryptor()
            opening.authenticate_additional_data(part.encode())
            return opening.update(sealed) + opening.finalize()
        except (InvalidTag, ValueError):
            raise ValueError("not what was put down") from None

    def drop(self, name: str, parts: Iterable[str] = (ORIGINAL, WHOLE, PREVIEW)) -> None:
        """Remove parts of a file; those already gone are no error."""
        for part in parts:
            self.place(name, part).unlink(missing_ok=True)

    def names(self, *, before: float) -> Iterator[tuple[str, Path]]:
        """Every file last written before a moment (POSIX seconds), with its path."""
        if not self.folder.is_dir():
            return
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False) and entry.stat().st_mtime < before:
                    yield entry.name.partition(".")[0], Path(entry.path)


class Spool:
    """One file being written. `close` makes it durable and gives its facts, `drop` leaves no
    trace of it; one of the two must be called.
    """

    def __init__(
        self, shelf: Shelf, *, name: str = "", key: bytes = b"", part: str = ORIGINAL
    ) -> None:
        self.name = name or new_name()
        self.key = key or secrets.token_bytes(_KEY)
        self.size = 0
        self._digest = sha256()
        self._final = shelf.place(self.name, part)
        self._draft = shelf.place(self.name, f"{part}.{_PART}")
        nonce = secrets.token_bytes(_NONCE)
        self._sealing = Cipher(algorithms.AES(self.key), modes.GCM(nonce)).encryptor()
        self._sealing.authenticate_additional_data(part.encode())
        descriptor = os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._file.write(nonce)

    def write(self, data: bytes) -> None:
        """The next piece."""
        self.size += len(data)
        self._digest.update(data)
        self._file.write(self._sealing.update(data))

    def close(self) -> Spooled:
        """The file is whole and will still be there after a crash."""
        self._file.write(self._sealing.finalize() + self._sealing.tag)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._draft.rename(self._final)
        folder = os.open(self._final.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return Spooled(self.name, self.key, self.size, self._digest.digest())

    def drop(self) -> None:
        """There was never such a file."""
        self._file.close()
        self._draft.unlink(missing_ok=True)
        self._final.unlink(missing_ok=True)
