"""Teams named by the colour of their shirts, and who wears what."""
from dataclasses import dataclass

import numpy as np

Colour = tuple[int, int, int]

# name: (code, Chinese name, shirt, shorts), colours in RGB.
TEAMS: dict[str, tuple[str, str, Colour, Colour]] = {
    "Red": ("RED", "红队", (214, 28, 36), (245, 245, 245)),
    "Blue": ("BLU", "蓝队", (28, 62, 200), (20, 34, 110)),
    "White": ("WHT", "白队", (244, 244, 244), (236, 236, 236)),
    "Yellow": ("YEL", "黄队", (250, 220, 20), (30, 60, 150)),
    "Orange": ("ORG", "橙队", (250, 122, 8), (24, 24, 24)),
    "Purple": ("PUR", "紫队", (120, 36, 160), (245, 245, 245)),
    "Black": ("BLK", "黑队", (24, 24, 28), (24, 24, 28)),
    "Sky": ("SKY", "天蓝队", (110, 196, 250), (250, 250, 250)),
    "Pink": ("PNK", "粉队", (250, 130, 186), (40, 30, 60)),
}
KEEPERS: tuple[Colour, ...] = ((190, 250, 30), (20, 190, 170), (150, 150, 160), (250, 90, 60), (140, 84, 40), (60, 20, 110))
OFFICIALS: tuple[Colour, ...] = ((18, 18, 20), (255, 70, 200), (20, 230, 240))
SKINS: tuple[Colour, ...] = ((246, 208, 172), (224, 172, 132), (180, 122, 84), (122, 78, 52), (92, 58, 40))
HAIRS: tuple[Colour, ...] = ((30, 22, 18), (70, 44, 24), (20, 18, 20), (180, 140, 70), (120, 60, 30))
MIN_CONTRAST = 150.0


@dataclass(frozen=True)
class Look:
    """What one person on the pitch wears and looks like; colours in RGB."""
    shirt: Colour
    shorts: Colour
    socks: Colour
    trim: Colour
    skin: Colour
    hair: Colour
    number: int


def contrast(a: Colour, b: Colour) -> float:
    """Distance of two colours, with the hue's share weighted up a little."""
    return float(np.linalg.norm((np.subtract(a, b, dtype=float)) * (1.0, 1.1, 0.9)))


def choose_teams(rng: np.random.Generator) -> tuple[str, str]:
    """Two team names whose shirts are plainly distinct."""
    names = list(TEAMS)
    while True:
        first, second = (names[i] for i in rng.choice(len(names), 2, replace=False))
        if contrast(TEAMS[first][2], TEAMS[second][2]) >= MIN_CONTRAST:
            return first, second


def _first_distinct(candidates: list[Colour], taken: list[Colour], least: float) -> Colour:
    for candidate in candidates:
        if all(contrast(candidate, other) >= least for other in taken):
            return candidate
    return max(candidates, key=lambda c: min(contrast(c, other) for other in taken))


def dress(names: tuple[str, str], rng: np.random.Generator) -> tuple[list[Look], list[Colour]]:
    """The looks of the 22 players and the referee (index 22), and the two keepers' shirts."""
    shirts = [TEAMS[name][2] for name in names]
    order = [KEEPERS[i] for i in rng.permutation(len(KEEPERS))]
    taken = list(shirts)
    keepers: list[Colour] = []
    for _ in range(2):
        keepers.append(_first_distinct(order, taken, 120.0))
        taken.append(keepers[-1])
    official = _first_distinct(list(OFFICIALS), taken, 110.0)
    looks = []
    for index in range(23):
        skin = SKINS[int(rng.integers(len(SKINS)))]
        hair = HAIRS[int(rng.integers(len(HAIRS)))]
        if index == 22:
            looks.append(Look(official, (16, 16, 18), (16, 16, 18), (240, 240, 240), skin, hair, 0))
            continue
        team, number = divmod(index, 11)
        shorts = TEAMS[names[team]][3]
        if number == 0:
            shirt = keepers[team]
            looks.append(Look(shirt, tuple(int(c * 0.7) for c in shirt), shirt, (20, 20, 20), skin, hair, 1))
        else:
            looks.append(Look(shirts[team], shorts, shirts[team], shorts, skin, hair, number + 1))
    return looks, keepers
