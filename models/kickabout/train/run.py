"""Trains Kickabout from nothing, by stages, resumable: `python3 models/kickabout/train/run.py --out DIR [--hours H]`.

Needs `pip install -r models/kickabout/requirements.txt`. Everything it makes is under DIR; `--hub` is written at the end.
"""
import argparse
import json
import os
import shutil
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from arguments import number  # noqa: E402
from train import workers  # noqa: E402
from train.align import Projector, Questions, train_alignment  # noqa: E402
from train.calibrate import tune  # noqa: E402
from train.device import keep_memory  # noqa: E402
from train.features import add_features, add_foreign  # noqa: E402
from train.files import whole_file  # noqa: E402
from train.package import aligned, export, foreign_share  # noqa: E402
from train.prompt import SYSTEM  # noqa: E402
from train.trial import Trial  # noqa: E402
from train.vision import LEAST_SHARDS, train_vision  # noqa: E402
from train.whole import train_whole  # noqa: E402
from train.words import make_tokenizer, train_words  # noqa: E402

COMPILED_FROM = 0.2          # hours of a stage that make up for the minutes of compiling the tower
FOREIGN_TICKS = 4            # of foreign footage, to each match
SHARES = {"vision": 0.40, "words": 0.04, "projector": 0.02, "stream": 0.27, "whole": 0.20}     # of the hours; the rest is rendering and measuring


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="checkpoints, logs and the rendered cache")
    parser.add_argument("--hours", type=number(float, 0.001, 1000), default=2.5, help="of training; rendering and measuring take some more")
    parser.add_argument("--render", type=number(int, 1, 256), default=1, help="processes that render, and that measure at the end")
    parser.add_argument("--threads", type=number(int, 1, 256), default=1, help="threads of torch")
    parser.add_argument("--matches", type=number(int, LEAST_SHARDS, 100_000), default=500,
                        help="matches whose moments are watched; a third as many are watched whole, and half as many in scattered ticks; some 10 MB of memory each")
    parser.add_argument("--validation", type=number(int, 1, 10_000), default=8, help="validation matches on which sureness is chosen and the marks are taken")
    parser.add_argument("--hub", type=Path, default=None, help="where the model folder is written; DIR/hub if not given")
    parser.add_argument("--version", default="0.1.0", help="written into the manifest")
    options = parser.parse_args()
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        parser.error(f"--out {options.out} cannot be a folder ({problem.strerror}); choose another")
    if shutil.which("ffmpeg") is None:
        parser.error("ffmpeg is not there, which compresses half of the matches as broadcasts: install it")
    begun = begun_with(options.out, options.hours)
    if begun != options.hours:
        parser.error(f"--out {options.out} was begun with --hours {begun}, after which the learning rates and what a stage takes over from the one before go: give the same, or another folder")
    keep_memory()
    compiles = has_compiler()
    torch.set_num_threads(options.threads)
    out, hub = options.out, options.hub or options.out / "hub"
    cache, validation, seen = out / "cache", out / "validation", out / "features"
    hours = {name: share * options.hours for name, share in SHARES.items()}

    trials = {"vision": max(LEAST_SHARDS, options.validation), "stream": options.validation}
    counts = {"vision": options.matches // 2, "stream": options.matches // 3, "moments": options.matches}
    renderers = [*workers.start(validation, workers.jobs_of(trials, workers.VALIDATION_SEED), 1),
                 *workers.start(cache, workers.jobs_of(counts), options.render)]
    tower = train_vision(cache, validation, out, hours["vision"], compiled=compiles and hours["vision"] > COMPILED_FROM,
                         check=lambda: workers.check(renderers))
    add_features(tower, cache, seen)        # of what is there so far
    for renderer in renderers:
        renderer.join()
    workers.check(renderers)
    tokenizer = make_tokenizer(cache, out / "tokenizer.json")
    language = train_words(cache, tokenizer, out, hours["words"])
    add_features(tower, cache, seen)
    foreign = add_foreign(tower, seen, FOREIGN_TICKS * options.matches)
    projector, questions = Projector(), Questions()
    for name, only_projector, rate in (("projector", True, 2e-3), ("stream", False, 1e-3)):
        train_alignment(cache, seen, foreign, tokenizer, language, projector, questions, out, hours[name], name, only_projector, rate)
    tower, language = aligned(out)
    train_whole(cache, tokenizer, tower, language, out, hours["whole"], compiled=compiles and hours["whole"] > COMPILED_FROM)

    export(out, hub, options.version, {}, {})
    measure(hub, out, validation, options.version, options.render)


def begun_with(out: Path, hours: float) -> float:
    """The hours that the run in this folder was begun with: these, where it begins now."""
    plan = out / "run.json"
    if not plan.exists():
        with whole_file(plan) as temporary:
            temporary.write_text(json.dumps({"hours": hours}))
    return json.loads(plan.read_text())["hours"]


def has_compiler() -> bool:
    """Whether torch.compile, which makes the tower faster, finds a C++ compiler."""
    found = shutil.which(os.environ.get("CXX", "g++")) is not None
    if not found:
        print("no C++ compiler (g++, or CXX): the tower trains as it is, slower", file=sys.stderr)
    return found


def measure(hub: Path, out: Path, validation: Path, version: str, processes: int) -> None:
    """Chooses on validation matches how sure each language must be, and writes the marks into the manifest."""
    with Trial(hub, sorted(validation.glob("stream-*[0-9].npz")), processes) as trial:
        cautions = {lang: tune(trial, lang) for lang in SYSTEM}
    measured = {"on": f"{len(trial.films)} validation matches, free-running", **{lang: caution.marks for lang, caution in cautions.items()},
                "foreignTicksSpoken": foreign_share(hub, cautions["en"])}
    export(out, hub, version, measured, cautions)


if __name__ == "__main__":
    main()
