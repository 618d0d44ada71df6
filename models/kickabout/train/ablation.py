"""What each choice brings: one choice undone at a time, each variant trained from nothing for the same few steps on the same data, and judged alike.

`python3 models/kickabout/train/ablation.py DIR [--stages vision stream] [--variants NAME …]` works on what run.py left in DIR (cache,
validation, features, tokenizer.json, vision.pt). It adds a JSON line a variant to DIR/ablation/marks.jsonl, skips those that are there, and
draws curves/ablation.png.

A variant is the constants of the training that it changes: there is no second training here. Budgets are steps, not hours, so that a busy
machine changes nothing.
"""
import argparse
import copy
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from arguments import folder_with, number  # noqa: E402
from corpus.lines import schedule as free_schedule  # noqa: E402
from train import align, passages, probe, vision, windows, words  # noqa: E402
from train.curves import draw_ablation  # noqa: E402
from train.features import add_features, add_foreign  # noqa: E402
from train.heads import WEIGHTS, Heads  # noqa: E402
from train.language import Language  # noqa: E402
from train.schedule import Stage, load  # noqa: E402
from train.swap import make_trial, swap_marks  # noqa: E402
from train.ticks import Shard  # noqa: E402
from train.tower import Tower  # noqa: E402

MODULES = {"align": align, "passages": passages, "vision": vision, "windows": windows, "words": words}
STEPS = {"vision": 500, "words": 120, "projector": 30, "stream": 400}
WARMUP = 30
MATCHES = 12                 # of validation, in the stream stage's marks
KEPT = ("phase", "home_score", "away_score", "carrier_held", "patch_shirts")       # of the vision stage's own marks


class StepStage(Stage):
    """A stage whose budget is STEPS, whatever hours it is given."""

    def __init__(self, *args):
        super().__init__(*args, warmup=WARMUP)

    @property
    def share(self) -> float:
        return min(1.0, self.steps / STEPS[self.name])

    @property
    def over(self) -> bool:
        return self.steps >= STEPS[self.name]


class Unrotated(Tower):
    """A tower that is not told where its patches lie."""

    def __init__(self):
        super().__init__()
        self.cos.fill_(1.0), self.sin.zero_()


shard_at, film_at = lru_cache(None)(Shard), lru_cache(None)(align.load_film)


def unshuffled(path: Path) -> Shard:
    """A shard of which only the ticks with everybody in his own shirt are drawn."""
    shard = copy.copy(shard_at(path))
    own = shard.labels["shuffled"] == 0
    shard.rows, shard.held = np.flatnonzero(own), shard.held[own[shard.held]]
    return shard


def asked_without(*parts: str) -> dict[str, float]:
    return {name: weight * (not name.startswith(parts)) for name, weight in WEIGHTS.items()}


SMALL = {"vision.BATCH": 12, "vision.Stage": StepStage, "vision.Shard": shard_at, "words.Stage": StepStage, "align.Stage": StepStage,
         "align.load_film": film_at, "align.BATCH": 4, "windows.LONGEST": probe.TICKS}          # of every variant
VARIANTS: dict[str, dict[str, dict]] = {
    "vision": {
        "all of it": {},
        "no shirts asked patch by patch": {"vision.WEIGHTS": asked_without("patch_shirts", "seen_shirts")},
        "no shuffled shirts": {"vision.Shard": unshuffled},
        "held balls not sought out": {"vision.HELD_SHARE": 0.0},
        "merged tokens asked alone": {"vision.WEIGHTS": asked_without("patch_")},
        "no rotary positions": {"vision.Tower": Unrotated}},
    "stream": {
        "all of it": {},
        "hundreds of phrasings": {"passages.plain_schedule": free_schedule, "align.load_film": align.load_film},
        "no linear questions": {"align.ASKED_WEIGHT": 0.0},
        "rare events not sought out": {"windows.FOCUS": 0.0, "windows.SETTLED_FOCUS": 0.0},
        "no words stage": {"words.train_words": lambda *_: Language()},
        "all words and silence weigh 1": {"passages.SILENCE_WEIGHT": 1.0, "passages.KIND_WEIGHT": 1.0, "passages.NAME_WEIGHT": 1.0},
        "no projector stage": {"projector": False}}}


@contextmanager
def changed(constants: dict) -> Iterator[None]:
    """The training's modules with other constants, for a while: {"windows.FOCUS": 0.0}."""
    before = {}
    for name, value in constants.items():
        module, key = name.split(".")
        before[name] = getattr(MODULES[module], key)
        setattr(MODULES[module], key, value)
    try:
        yield
    finally:
        for name, value in before.items():
            module, key = name.split(".")
            setattr(MODULES[module], key, value)


class Ablation:
    """Trains and judges variants on one run's data."""

    def __init__(self, run: Path):
        self.run, self.out = run, run / "ablation"
        self.tokenizer = Tokenizer.from_file(str(run / "tokenizer.json"))

    @lru_cache
    def pictures(self) -> tuple:
        """Validation ticks, and those with exchanged shirts."""
        ticks = vision.Ticks(self.run / "validation", 5)
        return [ticks.batch(48) for _ in range(8)], make_trial(24, 8)

    @lru_cache
    def tokens(self) -> tuple[Path, Path, np.ndarray]:
        """Where the cached tokens of matches are: to train on, to judge by; and those of foreign footage."""
        tower, seen, judged = load(self.run / "vision.pt", "tower", Tower()).eval(), self.run / "features", self.run / "features-validation"
        add_features(tower, self.run / "cache", seen)
        add_features(tower, self.run / "validation", judged, MATCHES)
        return seen, judged, add_foreign(tower, seen)

    def vision(self, folder: Path) -> dict[str, float]:
        batches, trial = self.pictures()
        tower, heads = vision.train_vision(self.run / "cache", None, folder, 1.0, compiled=False), Heads()
        load(folder / "vision.pt", "tower", tower), load(folder / "vision.pt", "heads", heads)
        marks = vision.evaluate(tower, heads, batches)
        return {name: marks[f"val_{name}"] for name in KEPT} | swap_marks(tower, heads, trial)

    def stream(self, folder: Path, words_from: Path, projector_stage: bool = True) -> dict[str, float]:
        cache, (seen, judged, foreign) = self.run / "cache", self.tokens()
        torch.manual_seed(1)
        language = words.train_words(cache, self.tokenizer, words_from, 1.0)
        projector, questions = align.Projector(), align.Questions()
        for name, only, rate in (("projector", True, 2e-3), ("stream", False, 1e-3)):
            if name == "stream" or projector_stage:
                align.train_alignment(cache, seen, foreign, self.tokenizer, language, projector, questions, folder, 1.0, name, only, rate)
        load(folder / "stream.pt", "language", language), load(folder / "stream.pt", "projector", projector)
        films = probe.films_of(self.run / "validation", judged, projector, MATCHES)
        return probe.probe(probe.graphs_of(language, folder), self.tokenizer, films)

    def marks(self, stage: str, variant: str, constants: dict) -> dict:
        """Trains and judges one variant; what was begun before goes on."""
        folder, started = self.out / f"{stage}-{variant.replace(' ', '-')}", time.process_time()
        own = {name: value for name, value in constants.items() if "." in name}
        with changed({**SMALL, **own}):
            if stage == "vision":
                found = self.vision(folder)
            else:
                register = "free" if "passages.plain_schedule" in own else "plain"
                found = self.stream(folder, self.out / f"words-{register}", constants.get("projector", True))
        return {"stage": stage, "variant": variant, "steps": STEPS[stage], "cpu_seconds": round(time.process_time() - started), **found}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=folder_with("cache", "validation", "tokenizer.json", "vision.pt"), help="run.py's --out")
    parser.add_argument("--stages", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--variants", nargs="+", help="names; all of the stages' if not given")
    parser.add_argument("--scale", type=number(float, 0.001, 1000), default=1.0, help="of all steps")
    options = parser.parse_args()
    known = dict.fromkeys(name for stage in options.stages for name in VARIANTS[stage])
    unknown = set(options.variants or ()) - set(known)
    if unknown:
        parser.error(f"--variants: no {', '.join(sorted(unknown))}; there are: {'; '.join(known)}")
    torch.set_num_threads(1)
    STEPS.update({stage: max(1, round(steps * options.scale)) for stage, steps in STEPS.items()})
    ablation = Ablation(options.run)
    ablation.out.mkdir(exist_ok=True)
    log = ablation.out / "marks.jsonl"
    done = {(row["stage"], row["variant"]) for row in map(json.loads, log.read_text().splitlines())} if log.exists() else set()
    for stage in options.stages:
        for variant, constants in VARIANTS[stage].items():
            if (stage, variant) in done or options.variants and variant not in options.variants:
                continue
            row = json.dumps(ablation.marks(stage, variant, constants))
            with log.open("a") as file:
                file.write(row + "\n")
            print(row, flush=True)
    draw_ablation(log, Path(__file__).parent / "curves" / "ablation.png")


if __name__ == "__main__":
    main()
