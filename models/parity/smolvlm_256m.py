"""Writes a model with the sizes of SmolVLM2-256M and random weights, in the hub's layout: for measuring, not for watching.

    python3 models/parity/smolvlm_256m.py <folder>     (numpy and onnx of models/parity/requirements.txt)

Tokenizer and configuration are those of test/fixtures/tiny-smolvlm with the real sizes put in.
"""
import json
import shutil
import sys
from pathlib import Path

import numpy as np

from graphs import FLOAT, ROOT, Decoder, Graph, State, decoder, embed_tokens, layer_norm, patches, save_vision, scope, vit_layer

TILE, PATCH, SHUFFLE, TOKENS = 512, 16, 4, 64
VISION = {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12, "image_size": TILE, "patch_size": PATCH}
TEXT = {"vocab_size": 49280, "hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30, "num_attention_heads": 9,
        "num_key_value_heads": 3, "head_dim": 64, "max_position_embeddings": 8192}
EDGE = {"longest_edge": TILE}


class Random:
    """Weights by name: a matrix of unit gain, a vector around 1 for norms and around 0 for biases."""

    def __init__(self, seed: int):
        self.generator = np.random.default_rng(seed)

    def matrix(self, *shape: int, gain: float = 1) -> np.ndarray:
        return self.generator.standard_normal(shape, np.float32) * np.float32(gain / np.prod(shape[1:]) ** 0.5)

    def norm(self, prefix: str, dim: int) -> State:
        return {f"{prefix}.weight": np.ones(dim, np.float32), f"{prefix}.bias": np.zeros(dim, np.float32)}

    def linear(self, prefix: str, out: int, inner: int) -> State:
        return {f"{prefix}.weight": self.matrix(out, inner), f"{prefix}.bias": np.zeros(out, np.float32)}


def vision(random: Random, folder: Path) -> None:
    dim, inner, heads = VISION["hidden_size"], VISION["intermediate_size"], VISION["num_attention_heads"]
    side = TILE // PATCH
    grid = side // SHUFFLE
    g = Graph()
    x = g("Reshape", "pixel_values", g.ints(-1, 3, TILE, TILE))
    x = patches(g, x, "patch", {"weight": random.matrix(dim, 3, PATCH, PATCH), "bias": np.zeros(dim, np.float32)}, PATCH)
    x = g("Add", x, g.weight("position", random.matrix(1, side * side, dim)))
    for i in range(VISION["num_hidden_layers"]):
        w = {**random.norm("layer_norm1", dim), **random.norm("layer_norm2", dim), **random.linear("mlp.fc1", inner, dim),
             **random.linear("mlp.fc2", dim, inner)}
        for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
            w |= random.linear(f"self_attn.{name}", dim, dim)
        x = vit_layer(g, x, f"vit.{i}", w, heads, 1e-6, "gelu_pytorch_tanh")
    x = layer_norm(g, x, "post", scope(random.norm("post", dim), "post"), 1e-6)
    x = g("Reshape", x, g.ints(-1, grid, SHUFFLE, grid, SHUFFLE * dim))
    x = g("Reshape", g("Transpose", x, perm=[0, 1, 3, 2, 4]), g.ints(-1, TOKENS, SHUFFLE ** 2 * dim))
    x = g.linear(x, "connector", random.matrix(TEXT["hidden_size"], SHUFFLE ** 2 * dim))
    whole = g("ReduceMin", g("Cast", "pixel_attention_mask", to=FLOAT), keepdims=0)
    save_vision(g, g("Mul", x, whole), folder, [("pixel_values", FLOAT, ["batch_size", "num_images", 3, TILE, TILE]),
                                               ("pixel_attention_mask", 9, ["batch_size", "num_images", TILE, TILE])],
                [("image_features", FLOAT, ["num_image_features", TOKENS, TEXT["hidden_size"]])])


def language(random: Random, folder: Path) -> None:
    dim, inner, vocab, kv = TEXT["hidden_size"], TEXT["intermediate_size"], TEXT["vocab_size"], TEXT["num_key_value_heads"] * TEXT["head_dim"]
    embed_tokens(random.matrix(vocab, dim, gain=dim ** 0.5), folder)
    state = {"model.norm.weight": np.ones(dim, np.float32), "lm_head.weight": random.matrix(vocab, dim, gain=8)}
    for i in range(TEXT["num_hidden_layers"]):
        layer = {"input_layernorm": np.ones(dim, np.float32), "post_attention_layernorm": np.ones(dim, np.float32),
                 "self_attn.q_proj": random.matrix(dim, dim), "self_attn.k_proj": random.matrix(kv, dim), "self_attn.v_proj": random.matrix(kv, dim),
                 "self_attn.o_proj": random.matrix(dim, dim, gain=2), "mlp.gate_proj": random.matrix(inner, dim),
                 "mlp.up_proj": random.matrix(inner, dim), "mlp.down_proj": random.matrix(dim, inner, gain=2)}
        state |= {f"model.layers.{i}.{name}.weight": weight for name, weight in layer.items()}
    decoder(state, Decoder(layers=TEXT["num_hidden_layers"], heads=TEXT["num_attention_heads"], kv_heads=TEXT["num_key_value_heads"], dim=dim,
                           vocab=vocab, theta=100000.0, eps=1e-5, prefix="model"), folder)


def configuration(folder: Path) -> None:
    tiny = ROOT / "test/fixtures/tiny-smolvlm"
    for path in tiny.iterdir():
        if path.is_file() and path.name != "golden.json":
            shutil.copy(path, folder / path.name)

    def change(name: str, **values) -> None:
        path = folder / name
        path.write_text(json.dumps({**json.loads(path.read_text()), **values}, indent=1))
    config = json.loads((tiny / "config.json").read_text())
    change("config.json", scale_factor=SHUFFLE, vision_config={**config["vision_config"], **VISION}, text_config={**config["text_config"], **TEXT})
    change("preprocessor_config.json", size=EDGE, max_image_size=EDGE)
    change("processor_config.json", image_seq_len=TOKENS)


def main() -> None:
    folder = Path(sys.argv[1])
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    random = Random(1)
    vision(random, folder / "onnx")
    language(random, folder / "onnx")
    configuration(folder)


if __name__ == "__main__":
    main()
