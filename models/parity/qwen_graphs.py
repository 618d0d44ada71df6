"""The vision encoders of Qwen2-VL and Qwen2.5-VL as the hub's graphs: any number of pictures and videos of any size in one run."""
from dataclasses import dataclass
from pathlib import Path

from graphs import FLOAT, INT64, Graph, State, activation, layer_norm, linear, save_vision, scope
import numpy as np

FAR = 1 << 16
"""More than any picture has frames, rows or windows across."""


@dataclass(frozen=True)
class Vision:
    depth: int
    heads: int
    dim: int
    out: int
    grid_name: str
    window: int = 0
    """Side of an attention window in patches; 0: each frame attends within itself in every layer."""
    full_attention: tuple[int, ...] = ()
    patch: int = 14
    merge: int = 2
    temporal: int = 2

    @property
    def patch_dim(self) -> int:
        return 3 * self.temporal * self.patch ** 2


def vision_encoder(w: State, shape: Vision, folder: Path) -> None:
    """pixel_values [ΣTHW, patch_dim] + grids [n, 3] → image_features [ΣTHW / merge², out]"""
    g = Graph()
    frame, row, col = places(g, shape)
    cos, sin = rotary(g, row, col, shape)
    near = same(g, frame)
    side = g.int(max(1, shape.window))
    window = g("Add", g("Mul", frame, g.int(FAR * FAR)), g("Add", g("Mul", g("Div", row, side), g.int(FAR)), g("Div", col, side)))
    windowed = same(g, window) if shape.window else near
    x = g.linear("pixel_values", "patch_embed", w["patch_embed.proj.weight"].reshape(shape.dim, shape.patch_dim))
    for i in range(shape.depth):
        mask = near if i in shape.full_attention else windowed
        x = block(g, x, f"blocks.{i}", scope(w, f"blocks.{i}"), shape, (cos, sin), mask)
    x = norm(g, x, "merger.ln_q", scope(w, "merger.ln_q"))
    x = g("Reshape", x, g.ints(-1, shape.dim * shape.merge ** 2))
    x = linear(g, x, "merger.0", scope(w, "merger.mlp.0"))
    x = linear(g, g("Gelu", x), "merger.2", scope(w, "merger.mlp.2"))
    save_vision(g, x, folder, [("pixel_values", FLOAT, ["num_patches", shape.patch_dim]), (shape.grid_name, INT64, ["num_images", 3])],
                [("image_features", FLOAT, ["num_tokens", shape.out])])


def places(g: Graph, shape: Vision) -> tuple[str, str, str]:
    """Of every patch: a number for its frame that no other frame has, its row and its column. m×m patches of one merged cell are neighbours."""
    unit = g.int(shape.merge)
    cell_size = g.int(shape.merge ** 2)
    counts = g("ReduceProd", shape.grid_name, g.ints(1), keepdims=0)
    ends = g("CumSum", counts, g.int(0))
    index = g("Range", g.int(0), g("Gather", g("Shape", "pixel_values"), g.int(0), axis=0), g.int(1))
    passed = g("GreaterOrEqual", g("Unsqueeze", index, g.ints(1)), g("Unsqueeze", ends, g.ints(0)))
    picture = g("ReduceSum", g("Cast", passed, to=INT64), g.ints(1), keepdims=0)
    own = g("Sub", index, g("Gather", g("Sub", ends, counts), picture, axis=0))
    height, width = (g("Gather", g("Gather", shape.grid_name, g.int(axis), axis=1), picture, axis=0) for axis in (1, 2))
    area = g("Mul", height, width)
    place = g("Mod", own, area)
    cell, inner, cells = g("Div", place, cell_size), g("Mod", place, cell_size), g("Div", width, unit)
    row = g("Add", g("Mul", g("Div", cell, cells), unit), g("Div", inner, unit))
    col = g("Add", g("Mul", g("Mod", cell, cells), unit), g("Mod", inner, unit))
    return g("Add", g("Mul", picture, g.int(FAR)), g("Div", own, area)), row, col


def rotary(g: Graph, row: str, col: str, shape: Vision) -> tuple[str, str]:
    """cos and sin [1, patches, head dim]: half of the frequencies turn with the row, half with the column."""
    half = shape.dim // shape.heads // 2
    frequency = g.float((1 / 10000.0 ** (np.arange(0, half, 2, dtype=np.float32) / half))[None])
    angles = [g("Mul", g("Unsqueeze", g("Cast", axis, to=FLOAT), g.ints(1)), frequency) for axis in (row, col)]
    angle = g("Unsqueeze", g("Concat", *angles, *angles, axis=-1), g.ints(0))
    return g("Cos", angle), g("Sin", angle)


def same(g: Graph, group: str) -> str:
    """Additive mask [patches, patches]: 0 within a group, very negative across."""
    equal = g("Equal", g("Unsqueeze", group, g.ints(0)), g("Unsqueeze", group, g.ints(1)))
    return g("Where", equal, g.float(0), g.float(-1e9))


def norm(g: Graph, x: str, name: str, w: State) -> str:
    return layer_norm(g, x, name, w, 1e-6) if "bias" in w else g.rms_norm(x, name, w["weight"], 1e-6)


def block(g: Graph, x: str, name: str, w: State, shape: Vision, turn: tuple[str, str], mask: str) -> str:
    heads, head_dim = shape.heads, shape.dim // shape.heads
    qkv = linear(g, norm(g, x, f"{name}.norm1", scope(w, "norm1")), f"{name}.qkv", scope(w, "attn.qkv"))
    qkv = g("Transpose", g("Reshape", qkv, g.ints(0, 3, heads, head_dim)), perm=[1, 2, 0, 3])
    q, k, v = (g("Gather", qkv, g.int(i), axis=0) for i in range(3))                        # [heads, patches, head_dim]
    q, k = g("Mul", g.rotate(q, *turn), g.float(head_dim ** -0.5)), g.rotate(k, *turn)
    scores = g("Add", g("MatMul", q, g("Transpose", k, perm=[0, 2, 1])), mask)
    out = g("Transpose", g("MatMul", g("Softmax", scores, axis=-1), v), perm=[1, 0, 2])
    x = g("Add", x, linear(g, g("Reshape", out, g.ints(0, shape.dim)), f"{name}.proj", scope(w, "attn.proj")))
    normed = norm(g, x, f"{name}.norm2", scope(w, "norm2"))
    if "mlp.gate_proj.weight" in w:
        return g("Add", x, g.swiglu(normed, f"{name}.mlp", scope(w, "mlp")))
    inner = activation(g, linear(g, normed, f"{name}.fc1", scope(w, "mlp.fc1")), "quick_gelu")
    return g("Add", x, linear(g, inner, f"{name}.fc2", scope(w, "mlp.fc2")))
