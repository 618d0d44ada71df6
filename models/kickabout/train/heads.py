"""Auxiliary heads of the vision stage, dropped at export. Those named `seen` read the merged tokens, which is all the language model gets."""
import torch
import torch.nn.functional as F
from torch import nn

from .device import beside
from .shape import MERGE, TEXT, TOKENS, VISION
from .ticks import CARDS, PHASES, REFEREE, SHOTS, UNKNOWN, ZONES

SHIRTS = REFEREE + 1
CELL = MERGE * MERGE
QUESTIONS = {"carrier": SHIRTS - 1, "home": SHIRTS - 3, "away": SHIRTS - 3, "home_score": 10, "away_score": 10, "phase": len(PHASES),
             "shot": len(SHOTS), "wipe": 2, "zone": len(ZONES), "card": len(CARDS), "fallen": 2, "ball_place": 2, "ball_move": 2}
WEIGHTS = {"patch_ball": 1.0, "patch_shirts": 2.0, "patch_carrier": 2.0, "seen_ball": 1.0, "seen_shirts": 1.0, "seen_carrier": 2.0, "carrier": 2.0,
           "home": 0.5, "away": 0.5, "home_score": 0.5, "away_score": 0.5, "phase": 0.7, "shot": 0.5, "wipe": 0.2, "zone": 0.5, "card": 0.5,
           "fallen": 0.3, "ball_place": 4.0, "ball_move": 1.0}


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        dim = TEXT.dim
        self.patch_ball, self.patch_shirts = nn.Linear(VISION.dim, 1), nn.Linear(VISION.dim, SHIRTS)
        self.patch_carrier = nn.Sequential(nn.Linear(VISION.dim, 96), nn.GELU(), nn.Linear(96, SHIRTS - 1))
        self.norm = nn.LayerNorm(dim)
        self.seen_ball, self.seen_shirts = nn.Linear(dim, CELL), nn.Linear(dim, SHIRTS - 1)
        self.seen_carrier = nn.Sequential(nn.Linear(dim, 96), nn.GELU(), nn.Linear(96, SHIRTS - 1))
        self.place = nn.Parameter(torch.randn(TOKENS, dim) * 0.2)
        self.queries = nn.Parameter(torch.randn(len(QUESTIONS), dim) * 0.2)
        self.attend = nn.MultiheadAttention(dim, 4, batch_first=True)
        self.think = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, dim), nn.GELU())
        self.answers = nn.ModuleDict({name: nn.Linear(dim, size) for name, size in QUESTIONS.items()})

    def forward(self, patches: torch.Tensor, tokens: torch.Tensor, ball_patch: torch.Tensor) -> dict[str, torch.Tensor]:
        """patches [B, 448, d], tokens [B, 28, text dim], ball_patch [B] (the true one) → one output per loss."""
        at = ball_patch.clamp(min=0)
        rows = torch.arange(len(at), device=at.device)
        out = {"patch_ball": self.patch_ball(patches)[..., 0], "patch_shirts": self.patch_shirts(patches),
               "patch_carrier": self.patch_carrier(patches[rows, at])}
        tokens = self.norm(tokens)
        out |= {"seen_ball": self.seen_ball(tokens).flatten(1), "seen_shirts": self.seen_shirts(tokens),
                "seen_carrier": self.seen_carrier(tokens[rows, at // CELL])}
        keys = tokens + self.place
        found, _ = self.attend(self.queries.expand(len(at), -1, -1), keys, keys, need_weights=False)
        found = self.think(found)
        return out | {name: layer(found[:, i]) for i, (name, layer) in enumerate(self.answers.items())}


def targets(heads: Heads, labels) -> dict[str, torch.Tensor]:
    """A batch of LABEL rows as tensors beside the heads, by loss."""
    get = lambda name: beside(heads, labels[name].astype("int64"))  # noqa: E731
    shirts, teams, score = get("occupancy"), get("teams"), get("score")
    cells = shirts.view(len(labels), TOKENS, CELL)
    present = torch.stack([(cells == kind).any(-1) for kind in range(1, SHIRTS)], -1).float()
    carrier, ball = get("carrier"), get("ball_patch")
    return {"patch_ball": ball, "seen_ball": ball, "patch_shirts": shirts, "seen_shirts": present, "patch_carrier": carrier, "seen_carrier": carrier,
            "carrier": carrier, "home": teams[:, 0], "away": teams[:, 1], "home_score": score[:, 0], "away_score": score[:, 1],
            "phase": get("phase"), "shot": get("shot"), "wipe": get("wipe"), "zone": get("zone"), "card": get("card"), "fallen": get("fallen"),
            "ball_place": beside(heads, labels["ball"].copy()), "ball_move": beside(heads, labels["move"].copy())}


SHIRT_WEIGHTS = [0.5] + [4.0] * (SHIRTS - 1)
CARRIER_WEIGHTS = [0.5] + [1.5] * (SHIRTS - 2)


def losses(out: dict[str, torch.Tensor], want: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Each loss, unweighted; a head without any known target in the batch gives 0."""
    seen = want["patch_ball"] >= 0
    result = {}
    for name, guess in out.items():
        guess, aim = guess.float(), want[name]
        if name == "patch_shirts":
            result[name] = F.cross_entropy(guess.flatten(0, 1), aim.flatten(), torch.tensor(SHIRT_WEIGHTS, device=guess.device))
        elif name == "seen_shirts":
            result[name] = F.binary_cross_entropy_with_logits(guess, aim, pos_weight=torch.tensor(2.0, device=guess.device))
        elif name in ("ball_place", "ball_move"):
            result[name] = (F.smooth_l1_loss(guess, aim, reduction="none").mean(-1) * seen).sum() / seen.sum().clamp(min=1)
        else:
            known = (aim != UNKNOWN).sum()
            weight = torch.tensor(CARRIER_WEIGHTS, device=guess.device) if name.endswith("carrier") else None
            result[name] = F.cross_entropy(guess, aim, weight, ignore_index=UNKNOWN, reduction="sum") / known.clamp(min=1)
    return result


def accuracies(heads: Heads, out: dict[str, torch.Tensor], labels) -> dict[str, tuple[float, int]]:
    """(right, known) by head, the carrier also among held balls alone: as he is, and with shuffled shirts."""
    want, result = targets(heads, labels), {}
    for name, guess in out.items():
        if name in ("ball_place", "ball_move", "seen_shirts"):
            continue
        aim, best = want[name], guess.float().argmax(-1)
        known = (aim != UNKNOWN) & (aim > 0 if name == "patch_shirts" else torch.ones_like(aim, dtype=torch.bool))
        result[name] = (float(((best == aim) & known).sum()), int(known.sum()))
        if name in ("carrier", "seen_carrier"):
            shuffled = beside(heads, labels["shuffled"] > 0)
            for key, rows in (("held", ~shuffled), ("held_shuffled", shuffled)):
                held = known & (aim > 0) & rows
                result[f"{name}_{key}"] = (float(((best == aim) & held).sum()), int(held.sum()))
    return result
