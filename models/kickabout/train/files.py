"""Files that are there as a whole, or not at all: what is found of a run that was broken off can be relied on."""
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A name to write under, with the ending of `path`, which the file has once it is written."""
    temporary = path.with_name(f"{path.stem}.{os.getpid()}.tmp{path.suffix}")
    yield temporary
    temporary.rename(path)
