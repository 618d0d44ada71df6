"""A streaming session of the reference PyTorch class, for runtimes to be held to."""
import numpy as np
import torch
from transformers import DynamicCache, Qwen2_5_VLForConditionalGeneration

from .prompt import Context
from .shape import GRID_H, GRID_W, TOKENS
from .tower import patchify


class Reference:
    """One growing context of the reference model with its cache."""

    def __init__(self, model: Qwen2_5_VLForConditionalGeneration):
        self.model, self.cache, self.context = model, DynamicCache(config=model.config.text_config), Context()

    @torch.no_grad()
    def features(self, frames: np.ndarray) -> torch.Tensor:
        """uint8 [2, 128, 224, 3] → tokens [28, d]."""
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
