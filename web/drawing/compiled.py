"""Templates are compiled once, and kept where Python keeps its compiled modules.

Who may write there may change our code as well, so nobody is trusted with more. What is kept holds
for the template's very text, the words of its language, and the modules that compile it.
"""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache

FOLDER = Path(cache_from_source(__file__)).parent


class Compiled(FileSystemBytecodeCache):
    """The templates of one language, which depend on the content of those files."""

    def __init__(self, language: str, files: Iterable[Path], folder: Path = FOLDER) -> None:
        super().__init__(str(folder), f"%s.{language}.template")
        made_by = hashlib.sha256(jinja2.__version__.encode())
        for path in files:
            made_by.update(path.read_bytes())
        self._made_by = made_by.hexdigest()

    def get_source_checksum(self, source: str) -> str:
        """Of all that the compiled template was made from."""
        return hashlib.sha256(f"{self._made_by}{source}".encode()).hexdigest()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Where nothing can be written, nothing is kept."""
        with suppress(OSError):
            Path(self.directory).mkdir(exist_ok=True)
            super().dump_bytecode(bucket)
