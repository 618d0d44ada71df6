"""Training by the clock: a stage has a budget of hours, its learning rate follows the share that is spent, and it resumes where it was.

What is kept of a stage is the running average of its weights (Polyak), which is steadier than the last step's.
"""
import copy
import json
import math
import time
from pathlib import Path

import torch

from .device import best
from .files import whole_file

CHECKPOINT_EVERY = 180.0     # seconds
AVERAGE = 0.998              # of the average stays at each step: it looks back over the last 500


def adamw(parameters: list, rate: float) -> torch.optim.AdamW:
    """AdamW without decay on vectors (biases, norms)."""
    groups = [{"params": [p for p in parameters if p.dim() > 1], "weight_decay": 0.05},
              {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98))


class Stage:
    """One stage of the training: its spent time, steps, log (JSONL) and checkpoint."""

    def __init__(self, folder: Path, name: str, hours: float, rate: float, modules: dict[str, torch.nn.Module], parameters: list,
                 warmup: int = 100):
        folder.mkdir(parents=True, exist_ok=True)
        self.path, self.log_path = folder / f"{name}.pt", folder / f"{name}.jsonl"
        self.name, self.budget, self.rate, self.modules, self.warmup = name, hours * 3600, rate, modules, warmup
        for module in modules.values():
            module.to(best())                   # in place: the parameters stay the same objects
        self.parameters = [p for p in parameters if p.requires_grad]
        self.optimizer = adamw(self.parameters, rate)
        self.spent, self.steps, self.saved, self.sums, self.logged = 0.0, 0, 0.0, {}, 0
        if self.path.exists():
            state = torch.load(self.path, weights_only=True, map_location=best())
            for key, module in modules.items():
                module.load_state_dict(state[key])
            self.optimizer.load_state_dict(state["optimizer"])
            self.spent, self.steps = state["spent"], state["steps"]
        self.averages = {key: copy.deepcopy(module).requires_grad_(False) for key, module in modules.items()}
        if self.path.exists() and "averages" in state:
            for key, average in self.averages.items():
                average.load_state_dict(state["averages"][key])
        self.saved = self.spent
        self.start_clock()

    def start_clock(self) -> None:
        """From now on the hours run: waiting for data before that is not training."""
        self.now = time.monotonic()

    @property
    def share(self) -> float:
        return min(1.0, self.spent / self.budget)

    @property
    def over(self) -> bool:
        return self.spent >= self.budget

    def step(self, loss: torch.Tensor, parts: dict[str, float]) -> None:
        """Backward, clip, update; then the clock moves."""
        rate = self.rate * min(1.0, (self.steps + 1) / self.warmup) * max(0.01, 0.5 + 0.5 * math.cos(math.pi * self.share))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()
        self.steps += 1
        self.smooth()
        for key, value in {"loss": float(loss.detach()), **parts}.items():
            self.sums[key] = self.sums.get(key, 0.0) + value
        self.logged += 1
        now = time.monotonic()
        self.spent, self.now = self.spent + now - self.now, now
        if self.logged == 50:
            self.log({key: round(value / self.logged, 4) for key, value in self.sums.items()}, rate=round(rate, 6))
            self.sums, self.logged = {}, 0
        if self.spent - self.saved > CHECKPOINT_EVERY or self.over:
            self.save()

    @torch.no_grad()
    def smooth(self) -> None:
        keep = min(AVERAGE, self.steps / (self.steps + 10))
        for key, average in self.averages.items():
            for mean, now in zip(average.parameters(), self.modules[key].parameters()):
                mean.lerp_(now, 1 - keep)

    def log(self, values: dict, **more) -> None:
        with self.log_path.open("a") as file:
            file.write(json.dumps({"stage": self.name, "step": self.steps, "seconds": round(self.spent), **more, **values}) + "\n")

    def save(self) -> None:
        self.saved = self.spent
        state = {key: module.state_dict() for key, module in self.modules.items()}
        averages = {key: average.state_dict() for key, average in self.averages.items()}
        with whole_file(self.path) as temporary:
            torch.save({**state, "averages": averages, "optimizer": self.optimizer.state_dict(), "spent": self.spent, "steps": self.steps}, temporary)


def load(path: Path, key: str, module: torch.nn.Module) -> torch.nn.Module:
    """A module of a stage's checkpoint, with its averaged weights; on the device that it is on."""
    state = torch.load(path, weights_only=True, map_location="cpu")
    module.load_state_dict(state.get("averages", state)[key])
    return module
