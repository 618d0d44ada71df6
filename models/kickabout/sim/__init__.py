"""Kickabout: a simulated football broadcast whose every event is known. See README.md."""
from .match import Match as Match

__all__ = ["Match"]
