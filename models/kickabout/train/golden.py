"""A small recorded run of the reference PyTorch model, for other runtimes to be held to."""
import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import DynamicCache, Qwen2_5_VLForConditionalGeneration

from . import prompt
from .shape import GRID_H, GRID_W, HEIGHT, TOKENS, WIDTH
from .tower import patchify


def synthetic_frames(ticks: int) -> np.ndarray:
    """uint8 [ticks, 2, 128, 224, 3]: value = (7·x + 13·y + 29·c + 101·f) mod 256 with f the frame's index."""
    y, x, c = np.meshgrid(np.arange(HEIGHT), np.arange(WIDTH), np.arange(3), indexing="ij")
    frames = [(7 * x + 13 * y + 29 * c + 101 * f) % 256 for f in range(2 * ticks)]
    return np.stack(frames).astype(np.uint8).reshape(ticks, 2, HEIGHT, WIDTH, 3)


class Reference:
    """A streaming session of the reference model: prefill appends, greedy decode, silence by bias."""

    def __init__(self, model: Qwen2_5_VLForConditionalGeneration):
        self.model, self.cache, self.context = model, DynamicCache(config=model.config.text_config), prompt.Context()

    @torch.no_grad()
    def features(self, frames: np.ndarray) -> torch.Tensor:
        patches = patchify(torch.from_numpy(frames[None]))[0]
        return self.model.model.visual(patches, torch.tensor([[1, GRID_H, GRID_W]])).pooler_output

    @torch.no_grad()
    def append(self, grow, features: torch.Tensor | None = None) -> np.ndarray:
        """`grow(context)` adds ids; returns the logits [vocab] after the last of them."""
        start = len(self.context.ids)
        grow(self.context)
        ids, positions = self.context.arrays()
        embeds = self.model.get_input_embeddings()(torch.from_numpy(ids[None, start:]))
        if features is not None:
            embeds[0, 1:1 + TOKENS] = features
        out = self.model.model.language_model(
            inputs_embeds=embeds, position_ids=torch.from_numpy(positions[:, None, start:]), past_key_values=self.cache, use_cache=True)
        return self.model.lm_head(out.last_hidden_state[0, -1]).numpy()

    def line(self, logits: np.ndarray, limit: int) -> list[int]:
        """Greedy ids of a line, its end included; the context keeps them."""
        ids = []
        while len(ids) < limit and (not ids or ids[-1] != prompt.IM_END):
            ids.append(int(np.where(np.arange(len(logits)) == prompt.SILENCE, -np.inf, logits).argmax()))
            logits = self.append(lambda c: c.text([ids[-1]]))
        return ids


def record(model: Qwen2_5_VLForConditionalGeneration, tokenizer: Tokenizer, ticks: int = 4) -> dict:
    """Runs a few synthetic ticks; a line of five tokens is forced after the second tick so that decode is covered too."""
    session, frames, steps = Reference(model), synthetic_frames(ticks), []
    prefix = tokenizer.encode(prompt.prefix_text("en", ["Kick-off."]), add_special_tokens=False).ids
    session.append(lambda c: c.text(prefix))
    for i in range(ticks):
        features = session.features(frames[i])
        start = len(session.context.ids)
        logits = session.append(lambda c: c.tick(), features)
        positions = session.context.arrays()[1][:, start:]
        line = session.line(logits, 5) if i == 1 else []
        steps.append({"positions": positions.tolist(), "firstFeatures": features[0, :8].tolist(), "lastFeatures": features[-1, -8:].tolist(),
                      "logits": [round(float(v), 5) for v in logits], "greedy": int(logits.argmax()), "line": line})
    return {"frames": synthetic_frames.__doc__, "prefixText": prompt.prefix_text("en", ["Kick-off."]), "prefixIds": prefix, "ticks": steps}
