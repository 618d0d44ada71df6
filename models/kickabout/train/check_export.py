"""Holds the shipped graphs to the reference PyTorch model: same greedy ids over 200 ticks of the samples, in both languages.

`python3 models/kickabout/train/check_export.py [--hub DIR] [--ticks 200] [--record]`; exits 1 at the first difference. --record writes what
PyTorch says to test/kickabout/greedy.json, where the tests hold Booth's own engine to it: run it for every new version of the model.
"""
import argparse
import hashlib
import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "models" / "kickabout"))
from arguments import folder_with, number  # noqa: E402
from train import prompt  # noqa: E402
from train.hub import reference_model  # noqa: E402
from train.language import Language  # noqa: E402
from train.reference import Reference  # noqa: E402
from train.shape import FPS, FRAMES_PER_TICK, HEIGHT, PATCH, VISION, WIDTH  # noqa: E402
from train.stream import GRAPHS, Graphs, Prompted  # noqa: E402
from train.tower import Tower, patchify  # noqa: E402

TOLERANCE = 1e-3
WINDOW = 25                  # ticks before both sides start afresh, in the other language
LONGEST = 40                 # ids of a line
VIDEOS = ("samples/match.mp4", "samples/replay.mp4", "samples/calm.mp4")
FILTER = f"fps={FPS},scale={WIDTH}:{HEIGHT}:flags=area+accurate_rnd+bitexact,format=rgb24"      # the same bytes on every processor
RECORD = ROOT / "test" / "kickabout" / "greedy.json"


def pictures() -> Iterator[np.ndarray]:
    """The samples' ticks, one after the other: uint8 [2, 128, 224, 3]."""
    for video in VIDEOS:
        command = ["ffmpeg", "-v", "error", "-i", str(ROOT / video), "-vf", FILTER, "-f", "rawvideo", "-"]
        found = np.frombuffer(bytearray(subprocess.run(command, check=True, capture_output=True).stdout), np.uint8)
        frames = found.reshape(-1, HEIGHT, WIDTH, 3)
        for first in range(0, len(frames) - FRAMES_PER_TICK + 1, FRAMES_PER_TICK):
            yield frames[first:first + FRAMES_PER_TICK]


def weights_of(path: Path) -> dict[str, np.ndarray]:
    """The float16 weights of a graph, by name, as float32."""
    return {i.name[:-4]: numpy_helper.to_array(i).astype(np.float32) for i in onnx.load(path).graph.initializer if i.name.endswith(".f16")}


def torch_model(hub: Path):
    """The reference model with the weights that the graphs hold."""
    tower, language = Tower(), Language()
    vision = weights_of(hub / "onnx" / "vision_encoder.onnx")
    text = weights_of(hub / "onnx" / "decoder_model_merged.onnx") | weights_of(hub / "onnx" / "embed_tokens.onnx")
    for module, found in ((tower, vision), (language, text)):
        state = module.state_dict()
        for key, value in state.items():
            array = found[key]
            if key == "patch_embed.proj.weight":
                array = array.T.reshape(VISION.dim, 3, FRAMES_PER_TICK, PATCH, PATCH)
            elif value.dim() == 2 and key != "embed_tokens.weight":
                array = array.T
            state[key] = torch.from_numpy(np.ascontiguousarray(array))
        module.load_state_dict(state)
    return reference_model(tower, language)


class Comparison:
    """Both sides, tick by tick; raises ValueError where they choose different ids."""

    def __init__(self, hub: Path):
        self.model, self.graphs = torch_model(hub), Graphs(hub)
        self.tokenizer = Tokenizer.from_file(str(hub / "tokenizer.json"))
        self.features = self.logits = 0.0        # the largest differences so far
        self.margin = np.inf                     # the least by which an id was chosen before another

    def begin(self, lang: str) -> None:
        self.sides = [Reference(self.model), Prompted(self.graphs)]
        prefix = self.tokenizer.encode(prompt.prefix_text(lang, []), add_special_tokens=False).ids
        for side in self.sides:
            side.append(lambda c: c.text(prefix))

    def tick(self, frames: np.ndarray) -> list[int]:
        """The greedy ids after two frames: silence alone, or a line."""
        theirs, ours = self.sides[0].features(frames), self.graphs.features(patchify(torch.from_numpy(frames[None]))[0].numpy())
        self.features = max(self.features, float(np.abs(theirs.numpy() - ours).max()))
        logits = [side.append(lambda c: c.tick(), seen) for side, seen in zip(self.sides, (theirs, ours))]
        ids = [self.chosen(logits, [])]
        while ids[-1] != prompt.SILENCE:
            logits = [side.append(lambda c: c.text(ids[-1:])) for side in self.sides]
            if ids[-1] == prompt.IM_END or len(ids) == LONGEST:
                break
            ids.append(self.chosen(logits, ids))
        return ids

    def chosen(self, logits: list[np.ndarray], line: list[int]) -> int:
        self.logits = max(self.logits, float(np.abs(logits[0] - logits[1]).max()))
        if line:
            for row in logits:
                row[prompt.SILENCE] = -np.inf
        reference, ours = (int(row.argmax()) for row in logits)
        if reference != ours:
            raise ValueError(f"PyTorch says {reference}, onnxruntime {ours} after {line}")
        second, first = np.partition(logits[0], -2)[-2:]
        self.margin = min(self.margin, float(first - second))
        return reference


def digest(hub: Path) -> str:
    """Which model it is: the sha256 of its graphs and its tokenizer."""
    files = [*(hub / "onnx" / f"{name}.onnx" for name in GRAPHS), hub / "tokenizer.json"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hub", type=folder_with("onnx", "tokenizer.json"), default=ROOT / "models" / "kickabout" / "hub")
    parser.add_argument("--ticks", type=number(int, 1, 280), default=200)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    both, said = Comparison(options.hub), []
    for tick, frames in enumerate(itertools.islice(pictures(), options.ticks)):
        if tick % WINDOW == 0:
            both.begin(("en", "zh")[tick // WINDOW % 2])
        try:
            said.append(both.tick(frames))
        except ValueError as difference:
            print(f"tick {tick}: {difference}")
            return 1
    lines = sum(ids != [prompt.SILENCE] for ids in said)
    print(f"{len(said)} ticks, {lines} lines, {sum(map(len, said))} greedy ids equal; features within {both.features:.1e}, logits within {both.logits:.1e}, "
          f"the least margin {both.margin:.1e}")
    if options.record:
        RECORD.parent.mkdir(exist_ok=True)
        head = {"model": digest(options.hub), "videos": VIDEOS, "filter": FILTER, "window": WINDOW, "languages": ["en", "zh"]}
        RECORD.write_text(json.dumps({**head, "ticks": said}, separators=(",", ":")) + "\n")
    return int(both.logits > TOLERANCE)


if __name__ == "__main__":
    sys.exit(main())
