"""Holds the shipped graphs to the reference PyTorch model: same greedy ids over a streaming run of 200 ticks.

`python3 models/kickabout/train/check_export.py [--hub DIR] [--ticks 200]`; exits 1 at the first difference.
"""
import argparse
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from sim import Match  # noqa: E402
from train import prompt  # noqa: E402
from train.golden import Reference  # noqa: E402
from train.hub import reference_model  # noqa: E402
from train.language import Language  # noqa: E402
from train.shape import FPS, FRAMES_PER_TICK, PATCH, SECONDS_PER_TICK, VISION  # noqa: E402
from train.stream import Graphs, Prompted  # noqa: E402
from train.tower import Tower, patchify  # noqa: E402

TOLERANCE = 1e-3
WINDOW = 25                  # ticks before both sides start afresh


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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hub", type=Path, default=Path(__file__).resolve().parents[1] / "hub")
    parser.add_argument("--ticks", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1_500_000)
    options = parser.parse_args()
    torch.set_num_threads(1)
    model, graphs = torch_model(options.hub), Graphs(options.hub)
    tokenizer = Tokenizer.from_file(str(options.hub / "tokenizer.json"))
    match = Match(options.seed, options.ticks * SECONDS_PER_TICK / 60 + 0.3)
    worst_features = worst_logits = 0.0
    said = tokens = 0
    for tick in range(options.ticks):
        if tick % WINDOW == 0:
            lang = ("en", "zh")[tick // WINDOW % 2]
            prefix = tokenizer.encode(prompt.prefix_text(lang, []), add_special_tokens=False).ids
            sides = [Reference(model), Prompted(graphs)]
            for side in sides:
                side.append(lambda c: c.text(prefix))
        frames = np.stack([match.render(tick * SECONDS_PER_TICK + f / FPS) for f in range(FRAMES_PER_TICK)])
        ours = graphs.features(patchify(torch.from_numpy(frames[None]))[0].numpy())
        theirs = sides[0].features(frames)
        worst_features = max(worst_features, float(np.abs(theirs.numpy() - ours).max()))
        logits = [sides[0].append(lambda c: c.tick(), theirs), sides[1].append(lambda c: c.tick(), ours)]
        line: list[int] = []
        while True:
            worst_logits = max(worst_logits, float(np.abs(logits[0] - logits[1]).max()))
            if line:
                for row in logits:
                    row[prompt.SILENCE] = -np.inf
            best = [int(row.argmax()) for row in logits]
            tokens += 1
            if best[0] != best[1]:
                print(f"tick {tick}: PyTorch says {best[0]}, onnxruntime {best[1]} after {line}")
                return 1
            if best[0] == prompt.SILENCE:
                break
            line.append(best[0])
            logits = [side.append(lambda c: c.text([best[0]])) for side in sides]
            if best[0] == prompt.IM_END or len(line) >= 40:
                break
        said += bool(line)
    print(f"{options.ticks} ticks, {said} lines, {tokens} greedy ids equal; features within {worst_features:.1e}, logits within {worst_logits:.1e}")
    return int(worst_logits > TOLERANCE)


if __name__ == "__main__":
    sys.exit(main())
