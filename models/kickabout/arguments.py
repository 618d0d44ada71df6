"""Types of command-line arguments that say what is wrong with a value."""
import argparse
from collections.abc import Callable
from pathlib import Path


def number(kind: type, least: float, most: float) -> Callable[[str], float]:
    """A number of a kind (int, float) from `least` to `most`."""
    def parse(text: str):
        try:
            value = kind(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is no {'whole ' if kind is int else ''}number") from None
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is out of range; give {least} to {most}")
        return value
    return parse


def folder_with(*names: str) -> Callable[[str], Path]:
    """A folder that has files of these names."""
    def parse(text: str) -> Path:
        missing = [name for name in names if not (Path(text) / name).exists()]
        if missing:
            raise argparse.ArgumentTypeError(f"{text!r} has no {', '.join(missing)}")
        return Path(text)
    return parse
