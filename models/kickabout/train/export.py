"""State dict → the hub's three ONNX graphs, written by hand so that attention is GroupQueryAttention and shapes stay legible."""
from pathlib import Path

import numpy as np

from .graph import FLOAT, INT64, Graph, scope
from .language import mrope_frequencies
from .shape import MERGE, PATCH, PATCH_DIM, TEXT, VISION, VOCAB, WINDOW

State = dict[str, np.ndarray]


def vision_encoder(w: State, path: str, half: bool) -> None:
    """pixel_values [ΣTHW, 384] + image_grid_thw [n, 3] (all n alike) → image_features [tokens, text dim]. Any grid divisible by 4."""
    g = Graph(half)
    row_grid = g("Gather", "image_grid_thw", g.int(0), axis=0)
    h, wd = (g("Gather", row_grid, g.int(i), axis=0) for i in (1, 2))
    length = g("Mul", h, wd)
    row, col = patch_coordinates(g, h, wd, length)
    cos, sin = vision_rotary(g, row, col)
    mask = window_mask(g, row, col, wd)

    x = g.linear("pixel_values", "patch_embed.proj", w["patch_embed.proj.weight"].reshape(VISION.dim, PATCH_DIM))
    shape = g("Concat", g.ints(-1), g("Unsqueeze", length, g.ints(0)), g.ints(VISION.dim), axis=0)
    x = g("Reshape", x, shape)                                                               # [T, h·w, d]: each pair attends within itself
    for i in range(VISION.depth):
        x = vision_block(g, x, f"blocks.{i}", scope(w, f"blocks.{i}"), cos, sin, None if i in VISION.full_attention else mask)
    x = g.rms_norm(x, "merger.ln_q", w["merger.ln_q.weight"], 1e-6)
    x = g("Reshape", x, g.ints(-1, VISION.dim * MERGE * MERGE))
    x = g.linear(x, "merger.mlp.0", w["merger.mlp.0.weight"], w["merger.mlp.0.bias"])
    x = g.linear(g("Gelu", x), "merger.mlp.2", w["merger.mlp.2.weight"], w["merger.mlp.2.bias"])
    g("Identity", x, outputs=["image_features"])
    g.save(path, "vision_encoder", [("pixel_values", FLOAT, ["num_patches", PATCH_DIM]), ("image_grid_thw", INT64, ["num_images", 3])],
           [("image_features", FLOAT, ["num_tokens", TEXT.dim])])


def patch_coordinates(g: Graph, h: str, w: str, length: str) -> tuple[str, str]:
    """Row and column [h·w] of the patches in Qwen's order: merged cells row-major, 4×4 patches within each."""
    index = g("Range", g.int(0), length, g.int(1))
    cell, inner = g("Div", index, g.int(MERGE * MERGE)), g("Mod", index, g.int(MERGE * MERGE))
    cells = g("Div", w, g.int(MERGE))
    row = g("Add", g("Mul", g("Div", cell, cells), g.int(MERGE)), g("Div", inner, g.int(MERGE)))
    col = g("Add", g("Mul", g("Mod", cell, cells), g.int(MERGE)), g("Mod", inner, g.int(MERGE)))
    return row, col


def vision_rotary(g: Graph, row: str, col: str) -> tuple[str, str]:
    """cos and sin [h·w, head dim]: half of the frequencies turn with the row, half with the column."""
    dim = VISION.dim // VISION.heads // 2
    frequency = g.float((1 / VISION.theta ** (np.arange(0, dim, 2, dtype=np.float32) / dim))[None])
    angles = [g("Mul", g("Unsqueeze", g("Cast", axis, to=FLOAT), g.ints(1)), frequency) for axis in (row, col)]
    angle = g("Concat", *angles, *angles, axis=-1)
    return g("Cos", angle), g("Sin", angle)


def window_mask(g: Graph, row: str, col: str, w: str) -> str:
    """Additive mask [h·w, h·w]: 0 within a 64 px window, very negative across."""
    side = g.int(WINDOW // PATCH)
    window = g("Add", g("Mul", g("Div", row, side), w), g("Div", col, side))
    same = g("Equal", g("Unsqueeze", window, g.ints(0)), g("Unsqueeze", window, g.ints(1)))
    return g("Where", same, g.float(0), g.float(-1e9))


def vision_block(g: Graph, x: str, name: str, w: State, cos: str, sin: str, mask: str | None) -> str:
    heads, head_dim = VISION.heads, VISION.dim // VISION.heads
    qkv = g.linear(g.rms_norm(x, f"{name}.norm1", w["norm1.weight"], 1e-6), f"{name}.attn.qkv", w["attn.qkv.weight"], w["attn.qkv.bias"])
    qkv = g("Transpose", g("Reshape", qkv, g.ints(0, 0, 3, heads, head_dim)), perm=[2, 0, 3, 1, 4])
    q, k, v = (g("Gather", qkv, g.int(i), axis=0) for i in range(3))                        # [T, heads, h·w, head_dim]
    q, k = g("Mul", g.rotate(q, cos, sin), g.float(head_dim ** -0.5)), g.rotate(k, cos, sin)
    scores = g("MatMul", q, g("Transpose", k, perm=[0, 1, 3, 2]))
    if mask:
        scores = g("Add", scores, mask)
    out = g("Transpose", g("MatMul", g("Softmax", scores, axis=-1), v), perm=[0, 2, 1, 3])
    out = g.linear(g("Reshape", out, g.ints(0, 0, VISION.dim)), f"{name}.attn.proj", w["attn.proj.weight"], w["attn.proj.bias"])
    x = g("Add", x, out)
    return g("Add", x, g.swiglu(g.rms_norm(x, f"{name}.norm2", w["norm2.weight"], 1e-6), f"{name}.mlp", scope(w, "mlp")))


def embed_tokens(w: State, path: str, half: bool) -> None:
    g = Graph(half)
    table = g.weight("embed_tokens.weight", w["embed_tokens.weight"])
    g("Gather", table, "input_ids", outputs=["inputs_embeds"], axis=0)
    g.save(path, "embed_tokens", [("input_ids", INT64, ["batch_size", "sequence_length"])],
           [("inputs_embeds", FLOAT, ["batch_size", "sequence_length", TEXT.dim])])


def decoder(w: State, path: str, half: bool) -> None:
    """One graph for prefill and decode; keys are cached after M-RoPE, in GroupQueryAttention's layout."""
    g = Graph(half)
    last = g("Sub", g("ReduceSum", "attention_mask", g.ints(1), keepdims=0), g.int(1))
    seqlens = g("Cast", last, to=6)                                                         # int32 [B]: past + S - 1
    total = g("Cast", g("Gather", g("Shape", "attention_mask"), g.int(1), axis=0), to=6)
    turns = g("Transpose", g("Cast", "position_ids", to=FLOAT), perm=[1, 2, 0])             # [B, S, 3]
    angle = g("MatMul", turns, g.float(mrope_frequencies().numpy()))
    angle = g("Unsqueeze", g("Concat", angle, angle, axis=-1), g.ints(2))                   # [B, S, 1, head_dim]
    cos, sin = g("Cos", angle), g("Sin", angle)
    x, caches = "inputs_embeds", []
    for i in range(TEXT.layers):
        x = decoder_layer(g, x, i, scope(w, f"layers.{i}"), cos, sin, seqlens, total)
        caches += [f"{i}.key", f"{i}.value"]
    x = g.rms_norm(x, "norm", w["norm.weight"], TEXT.eps)
    g("MatMul", x, g.weight("lm_head.weight", w["embed_tokens.weight"].T), outputs=["logits"])
    cache = ["batch_size", TEXT.kv_heads, "past_sequence_length", TEXT.head_dim]
    grown = ["batch_size", TEXT.kv_heads, "total_sequence_length", TEXT.head_dim]
    g.save(path, "decoder_model_merged", [
        ("inputs_embeds", FLOAT, ["batch_size", "sequence_length", TEXT.dim]),
        ("attention_mask", INT64, ["batch_size", "total_sequence_length"]),
        ("position_ids", INT64, [3, "batch_size", "sequence_length"]),
        *[(f"past_key_values.{c}", FLOAT, cache) for c in caches]],
        [("logits", FLOAT, ["batch_size", "sequence_length", VOCAB]), *[(f"present.{c}", FLOAT, grown) for c in caches]])


def decoder_layer(g: Graph, x: str, i: int, w: State, cos: str, sin: str, seqlens: str, total: str) -> str:
    name, a = f"layers.{i}", scope(w, "self_attn")
    normed = g.rms_norm(x, f"{name}.input_layernorm", w["input_layernorm.weight"], TEXT.eps)
    q, k, v = (g.linear(normed, f"{name}.self_attn.{p}", a[f"{p}.weight"], a[f"{p}.bias"]) for p in ("q_proj", "k_proj", "v_proj"))
    q, k = (turned_heads(g, t, cos, sin) for t in (q, k))
    out = g("GroupQueryAttention", q, k, v, f"past_key_values.{i}.key", f"past_key_values.{i}.value", seqlens, total,
            outputs=[f"{name}.attention", f"present.{i}.key", f"present.{i}.value"], domain="com.microsoft",
            num_heads=TEXT.heads, kv_num_heads=TEXT.kv_heads, do_rotary=0, scale=TEXT.head_dim ** -0.5)
    x = g("Add", x, g.linear(out, f"{name}.self_attn.o_proj", a["o_proj.weight"]))
    normed = g.rms_norm(x, f"{name}.post_attention_layernorm", w["post_attention_layernorm.weight"], TEXT.eps)
    return g("Add", x, g.swiglu(normed, f"{name}.mlp", scope(w, "mlp")))


def turned_heads(g: Graph, x: str, cos: str, sin: str) -> str:
    """[B, S, heads·head_dim] with each head rotated by its M-RoPE angle."""
    split = g("Reshape", x, g.ints(0, 0, -1, TEXT.head_dim))
    return g("Reshape", g.rotate(split, cos, sin), g.ints(0, 0, -1))


def export_graphs(tower: State, language: State, folder: Path, half: bool = True) -> None:
    """Writes onnx/{vision_encoder,embed_tokens,decoder_model_merged}.onnx under `folder`."""
    onnx_folder = folder / "onnx"
    onnx_folder.mkdir(parents=True, exist_ok=True)
    vision_encoder(tower, str(onnx_folder / "vision_encoder.onnx"), half)
    embed_tokens(language, str(onnx_folder / "embed_tokens.onnx"), half)
    decoder(language, str(onnx_folder / "decoder_model_merged.onnx"), half)
