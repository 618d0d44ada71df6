"""The style of one broadcast: grass, light, weather, crowd, boards, the channel's graphics."""
from dataclasses import dataclass

import numpy as np

from .kits import TEAMS, Colour

BRANDS = ("KICKABOUT", "BOOTH", "TERN AIR", "NORDBANK", "OAK & ELM", "PELIKAN", "ZEBRA COLA", "MISTRAL", "HALFWAY", "LUMEN", "KITE", "FOUR LANES")
LIGHTS: dict[str, tuple[float, float, float]] = {"day": (1.0, 1.0, 0.98), "evening": (0.86, 0.84, 0.92), "rain": (0.84, 0.88, 0.92)}


@dataclass(frozen=True)
class Look:
    weather: str
    light: tuple[float, float, float]      # multiplies every colour of the scene
    grass: tuple[Colour, Colour]
    pattern: str                           # stripes, checks, plain
    stripe: float                          # metres
    shadow: tuple[float, float, float]     # along x and y as shares of the height, and darkness 0..1
    blur: float                            # lens blur at 360 lines, in pixels
    noise: float                           # sensor noise, in grey levels
    brands: tuple[str, ...]
    board_dark: bool
    channel: Colour
    crowd: tuple[Colour, ...]
    texture_seed: int

    def lit(self, colour: Colour) -> Colour:
        return tuple(min(255, int(c * s)) for c, s in zip(colour, self.light))


def choose_look(rng: np.random.Generator, weather: str | None = None) -> Look:
    weather_drawn = str(rng.choice(["day", "evening", "rain"], p=[0.6, 0.25, 0.15]))
    weather = weather or weather_drawn
    if weather not in LIGHTS:
        raise TypeError(f"weather is {weather!r}; known: {', '.join(LIGHTS)}")
    base = np.array([rng.uniform(58, 98), rng.uniform(132, 160), rng.uniform(42, 74)])
    lift = rng.uniform(1.07, 1.16)
    light = tuple(float(s * rng.uniform(0.96, 1.03)) for s in LIGHTS[weather])
    sun = (float(rng.uniform(-0.7, 0.7)), float(rng.uniform(-0.22, -0.08)), float(rng.uniform(0.38, 0.5)))
    flood = (float(rng.uniform(-0.12, 0.12)), 0.0, 0.3)
    crowd = tuple(TEAMS[str(name)][2] for name in rng.choice(list(TEAMS), 3, replace=False))
    channel = [(20, 40, 110), (120, 16, 40), (16, 90, 90), (70, 24, 110), (190, 90, 10)][int(rng.integers(5))]
    return Look(
        weather, light, (tuple(base.astype(int).tolist()), tuple((base * lift).astype(int).tolist())),
        str(rng.choice(["stripes", "checks", "plain"], p=[0.6, 0.25, 0.15])), float(rng.choice([4.2, 5.25, 7.0])),
        sun if weather == "day" else flood, float(rng.uniform(0.0, 0.7)), float(rng.uniform(0.0, 3.0)),
        tuple(str(b) for b in rng.permutation(BRANDS)[:6]), bool(rng.random() < 0.7), channel, crowd, int(rng.integers(2**31)))
