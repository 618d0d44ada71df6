"""The contract of ../README.md run on the exported graphs with onnxruntime: what any runtime must do, in its shortest form."""
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

from . import prompt
from .shape import GRID_H, GRID_W, TEXT, TOKENS

GRAPHS = ("vision_encoder", "embed_tokens", "decoder_model_merged")


class Graphs:
    """The three sessions of a model folder."""

    def __init__(self, folder: Path, suffix: str = "", threads: int = 1):
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self.vision, self.embed, self.decoder = (
            ort.InferenceSession(str(folder / "onnx" / f"{name}{suffix}.onnx"), options, providers=["CPUExecutionProvider"]) for name in GRAPHS)
        self.outputs = [output.name for output in self.decoder.get_outputs()]
        self.pasts = [name.replace("present", "past_key_values") for name in self.outputs[1:]]

    def features(self, patches: np.ndarray) -> np.ndarray:
        """f32 patches [448·ticks, 384] → tokens [28·ticks, d]."""
        grid = np.array([[len(patches) // (GRID_H * GRID_W), GRID_H, GRID_W]], np.int64)
        return self.vision.run(None, {"pixel_values": patches, "image_grid_thw": grid})[0]


class Prompted:
    """One growing context with its cache."""

    def __init__(self, graphs: Graphs):
        self.graphs, self.context = graphs, prompt.Context()
        empty = np.zeros((1, TEXT.kv_heads, 0, TEXT.head_dim), np.float32)
        self.past = {name: empty for name in graphs.pasts}

    def append(self, grow, features: np.ndarray | None = None) -> np.ndarray:
        """`grow(context)` adds ids; returns the logits [vocab] after the last of them."""
        start = len(self.context.ids)
        grow(self.context)
        ids, positions = self.context.arrays()
        embeds = self.graphs.embed.run(None, {"input_ids": ids[None, start:]})[0]
        if features is not None:
            embeds[0, 1:1 + TOKENS] = features
        logits, *present = self.graphs.decoder.run(None, {
            "inputs_embeds": embeds, "attention_mask": np.ones((1, len(ids)), np.int64), "position_ids": positions[:, None, start:], **self.past})
        self.past = dict(zip(self.graphs.pasts, present))
        return logits[0, -1]


@dataclass
class Looked:
    """One tick that is still in the window."""
    features: np.ndarray
    line: list[int] | None = None


@dataclass
class Commentary:
    """A streaming session over ticks: silence or a line each, with the window rebuilt when it is full."""
    graphs: Graphs
    tokenizer: Tokenizer
    manifest: dict
    lang: str
    bias: float = 0.0
    openings: dict[int, float] = field(default_factory=dict)
    margin: float = 0.0          # by how much the last tick's likeliest line beat silence
    ticks: list[Looked] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rebuild([])

    def rebuild(self, kept: list[Looked]) -> None:
        self.ticks = []
        self.session = Prompted(self.graphs)
        before = len(self.said) - sum(look.line is not None for look in kept)
        text = prompt.prefix_text(self.lang, self.said[:before])
        self.session.append(lambda c: c.text(self.tokenizer.encode(text, add_special_tokens=False).ids))
        for look in kept:
            self.session.append(lambda c: c.tick(), look.features)
            if look.line is not None:
                self.session.append(lambda c, ids=look.line: c.text(ids))
            self.ticks.append(look)

    def look(self, features: np.ndarray) -> str | None:
        """features [28, d] of the newest tick → a line, or None for silence."""
        window = self.manifest["window"]
        if len(self.ticks) >= window["maxTicks"]:
            self.rebuild(self.ticks[-window["keepTicks"]:])
        logits = self.session.append(lambda c: c.tick(), features)
        self.ticks.append(Looked(features))
        logits[prompt.SILENCE] += self.bias
        for token, by in self.openings.items():
            logits[token] += by
        self.margin = float(np.delete(logits, prompt.SILENCE).max() - logits[prompt.SILENCE])
        if logits.argmax() == prompt.SILENCE:
            return None
        ids: list[int] = []
        while not ids or ids[-1] != prompt.IM_END:
            logits[prompt.SILENCE] = -np.inf
            full = len(ids) + 1 >= self.manifest["maxLineTokens"]
            ids.append(prompt.IM_END if full else int(logits.argmax()))
            logits = self.session.append(lambda c: c.text(ids[-1:]))
        self.ticks[-1].line = ids
        self.said.append(self.tokenizer.decode(ids[:-1]))
        return self.said[-1]
