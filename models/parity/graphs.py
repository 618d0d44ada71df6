"""State dicts of transformers → the hub's three ONNX graphs, for families of a ViT, a projector and a Llama or Qwen2 decoder.

Attention of the decoder is GroupQueryAttention, as in the hub's newer exports, or plain operators with a concatenated cache, as in older ones.
"""
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "models/kickabout"))
from train.graph import FLOAT, INT64, Graph, scope  # noqa: E402

State = dict[str, np.ndarray]


@dataclass(frozen=True)
class Decoder:
    """Sizes of a Llama or Qwen2 decoder, and where its weights are."""
    layers: int
    heads: int
    kv_heads: int
    dim: int
    vocab: int
    theta: float
    eps: float
    grouped: bool = True
    prefix: str = "model.language_model"
    sections: tuple[int, ...] = ()
    """Frequencies that turn with time, row and column, where positions have these three axes (M-RoPE)."""

    @property
    def head_dim(self) -> int:
        return self.dim // self.heads


def layer_norm(g: Graph, x: str, name: str, w: State, eps: float) -> str:
    return g("LayerNormalization", x, g.weight(f"{name}.weight", w["weight"]), g.weight(f"{name}.bias", w["bias"]), axis=-1, epsilon=eps)


def linear(g: Graph, x: str, name: str, w: State) -> str:
    return g.linear(x, name, w["weight"], w.get("bias"))


def activation(g: Graph, x: str, kind: str) -> str:
    if kind == "quick_gelu":
        return g("Mul", x, g("Sigmoid", g("Mul", x, g.float(1.702))))
    return g("Gelu", x, approximate="tanh" if kind == "gelu_pytorch_tanh" else "none")


def patches(g: Graph, pixels: str, name: str, w: State, patch: int) -> str:
    """[N, 3, H, W] → [N, patches, dim]"""
    inputs = [pixels, g.weight(f"{name}.weight", w["weight"])] + ([g.weight(f"{name}.bias", w["bias"])] if "bias" in w else [])
    x = g("Conv", *inputs, kernel_shape=[patch, patch], strides=[patch, patch])
    x = g("Reshape", x, g.ints(0, 0, -1))
    return g("Transpose", x, perm=[0, 2, 1])


def vit_layer(g: Graph, x: str, name: str, w: State, heads: int, eps: float, act: str) -> str:
    """Pre-norm block of CLIP and SigLIP."""
    dim = w["self_attn.q_proj.weight"].shape[0]
    normed = layer_norm(g, x, f"{name}.ln1", scope(w, "layer_norm1"), eps)
    q, k, v = (g("Transpose", g("Reshape", linear(g, normed, f"{name}.{p}", scope(w, f"self_attn.{p}")), g.ints(0, 0, heads, dim // heads)),
                 perm=[0, 2, 1, 3]) for p in ("q_proj", "k_proj", "v_proj"))
    scores = g("MatMul", g("Mul", q, g.float((dim // heads) ** -0.5)), g("Transpose", k, perm=[0, 1, 3, 2]))
    out = g("Transpose", g("MatMul", g("Softmax", scores, axis=-1), v), perm=[0, 2, 1, 3])
    x = g("Add", x, linear(g, g("Reshape", out, g.ints(0, 0, dim)), f"{name}.out", scope(w, "self_attn.out_proj")))
    normed = layer_norm(g, x, f"{name}.ln2", scope(w, "layer_norm2"), eps)
    inner = activation(g, linear(g, normed, f"{name}.fc1", scope(w, "mlp.fc1")), act)
    return g("Add", x, linear(g, inner, f"{name}.fc2", scope(w, "mlp.fc2")))


def embed_tokens(table: np.ndarray, folder: Path) -> None:
    g = Graph()
    g("Gather", g.weight("embed_tokens.weight", table), "input_ids", outputs=["inputs_embeds"], axis=0)
    g.save(str(folder / "embed_tokens.onnx"), "embed_tokens", [("input_ids", INT64, ["batch_size", "sequence_length"])],
           [("inputs_embeds", FLOAT, ["batch_size", "sequence_length", table.shape[1]])])


def decoder(state: State, shape: Decoder, folder: Path) -> None:
    """One graph for prefill and decode, with `position_ids` [batch_size, sequence_length], or [3, batch_size, sequence_length] for M-RoPE."""
    g, w = Graph(), scope(state, shape.prefix)
    frequency = (1 / shape.theta ** (np.arange(0, shape.head_dim, 2, dtype=np.float32) / shape.head_dim))[None]
    if shape.sections:
        axis = np.repeat(np.arange(3), shape.sections)
        frequency = np.where(axis == np.arange(3)[:, None], frequency, 0).astype(np.float32)     # [3, head_dim / 2]
        places = g("Transpose", g("Cast", "position_ids", to=FLOAT), perm=[1, 2, 0])
    else:
        places = g("Unsqueeze", g("Cast", "position_ids", to=FLOAT), g.ints(2))
    angle = g("MatMul", places, g.float(frequency))
    angle = g("Unsqueeze", g("Concat", angle, angle, axis=-1), g.ints(2))                    # [B, S, 1, head_dim]
    cos, sin = g("Cos", angle), g("Sin", angle)
    attend = grouped_attention(g, shape) if shape.grouped else plain_attention(g, shape)
    x, caches = "inputs_embeds", []
    for i in range(shape.layers):
        x = decoder_layer(g, x, i, scope(w, f"layers.{i}"), shape, (cos, sin), attend)
        caches += [f"{i}.key", f"{i}.value"]
    x = g.rms_norm(x, "norm", w["norm.weight"], shape.eps)
    g("MatMul", x, g.weight("lm_head.weight", state["lm_head.weight"].T), outputs=["logits"])
    past = ["batch_size", shape.kv_heads, "past_sequence_length", shape.head_dim]
    present = ["batch_size", shape.kv_heads, "total_sequence_length", shape.head_dim]
    g.save(str(folder / "decoder_model_merged.onnx"), "decoder_model_merged", [
        ("inputs_embeds", FLOAT, ["batch_size", "sequence_length", shape.dim]),
        ("attention_mask", INT64, ["batch_size", "total_sequence_length"]),
        ("position_ids", INT64, [*([3] if shape.sections else []), "batch_size", "sequence_length"]),
        *[(f"past_key_values.{c}", FLOAT, past) for c in caches]],
        [("logits", FLOAT, ["batch_size", "sequence_length", shape.vocab]), *[(f"present.{c}", FLOAT, present) for c in caches]])


def decoder_layer(g: Graph, x: str, i: int, w: State, shape: Decoder, turn: tuple[str, str], attend) -> str:
    name = f"layers.{i}"
    normed = g.rms_norm(x, f"{name}.input_layernorm", w["input_layernorm.weight"], shape.eps)
    q, k, v = (linear(g, normed, f"{name}.{p}", scope(w, f"self_attn.{p}")) for p in ("q_proj", "k_proj", "v_proj"))
    q, k = (g("Reshape", g.rotate(g("Reshape", t, g.ints(0, 0, -1, shape.head_dim)), *turn), g.ints(0, 0, -1)) for t in (q, k))
    x = g("Add", x, linear(g, attend(i, q, k, v), f"{name}.o_proj", scope(w, "self_attn.o_proj")))
    normed = g.rms_norm(x, f"{name}.post_attention_layernorm", w["post_attention_layernorm.weight"], shape.eps)
    return g("Add", x, g.swiglu(normed, f"{name}.mlp", scope(w, "mlp")))


def grouped_attention(g: Graph, shape: Decoder):
    last = g("Sub", g("ReduceSum", "attention_mask", g.ints(1), keepdims=0), g.int(1))
    seqlens = g("Cast", last, to=6)
    total = g("Cast", g("Gather", g("Shape", "attention_mask"), g.int(1), axis=0), to=6)

    def attend(i: int, q: str, k: str, v: str) -> str:
        out = f"layers.{i}.attention"
        g("GroupQueryAttention", q, k, v, f"past_key_values.{i}.key", f"past_key_values.{i}.value", seqlens, total, domain="com.microsoft",
          outputs=[out, f"present.{i}.key", f"present.{i}.value"], num_heads=shape.heads, kv_num_heads=shape.kv_heads, do_rotary=0,
          scale=shape.head_dim ** -0.5)
        return out
    return attend


def plain_attention(g: Graph, shape: Decoder):
    """Concatenates the cache and masks by place: row r of the new tokens sees the past and the new ones up to itself."""
    total = g("Gather", g("Shape", "attention_mask"), g.int(1), axis=0)
    new = g("Gather", g("Shape", "position_ids"), g.int(1), axis=0)
    columns, rows = g("Range", g.int(0), total, g.int(1)), g("Range", g("Sub", total, new), total, g.int(1))
    seen = g("LessOrEqual", g("Unsqueeze", columns, g.ints(0)), g("Unsqueeze", rows, g.ints(1)))
    mask = g("Where", seen, g.float(0), g.float(-1e9))
    groups = shape.heads // shape.kv_heads

    def split(x: str) -> str:
        return g("Transpose", g("Reshape", x, g.ints(0, 0, -1, shape.head_dim)), perm=[0, 2, 1, 3])

    def spread(x: str) -> str:
        """[B, kv heads, T, d] → [B, heads, T, d]"""
        wide = g("Expand", g("Unsqueeze", x, g.ints(2)), g.ints(1, 1, groups, 1, 1))
        length = g("Shape", x, start=2, end=3)
        return g("Reshape", wide, g("Concat", g.ints(0, shape.heads), length, g.ints(shape.head_dim), axis=0))

    def attend(i: int, q: str, k: str, v: str) -> str:
        key, value = (g("Concat", f"past_key_values.{i}.{n}", split(t), outputs=[f"present.{i}.{n}"], axis=2) for n, t in (("key", k), ("value", v)))
        scores = g("MatMul", g("Mul", split(q), g.float(shape.head_dim ** -0.5)), g("Transpose", spread(key), perm=[0, 1, 3, 2]))
        out = g("MatMul", g("Softmax", g("Add", scores, mask), axis=-1), spread(value))
        return g("Reshape", g("Transpose", out, perm=[0, 2, 1, 3]), g.ints(0, 0, -1))
    return attend


def save_vision(g: Graph, features: str, folder: Path, inputs: list, outputs: list) -> None:
    g("Identity", features, outputs=["image_features"])
    g.save(str(folder / "vision_encoder.onnx"), "vision_encoder", inputs, outputs)
