"""The vision tower: Qwen2.5-VL's, with HF's parameter names, batched over frame pairs of one size (224×128)."""
import torch
import torch.nn.functional as F
from torch import nn

from .shape import (COLS, FRAMES_PER_TICK, GRID_H, GRID_W, MEAN, MERGE, PATCH, PATCH_DIM, PATCHES, ROWS, STD, TEXT, TOKENS,
                    VISION, WINDOW)


def patchify(frames: torch.Tensor) -> torch.Tensor:
    """uint8 RGB frames [B, 2, 128, 224, 3] → normalised patches [B, 448, 384] in Qwen's order: by merged cell, then 4×4 within."""
    b = frames.shape[0]
    x = (frames.to(torch.float32) / 255 - MEAN) / STD
    x = x.view(b, FRAMES_PER_TICK, ROWS, MERGE, PATCH, COLS, MERGE, PATCH, 3)
    return x.permute(0, 2, 5, 3, 6, 8, 1, 4, 7).reshape(b, PATCHES, PATCH_DIM)


def patch_rows_cols() -> tuple[torch.Tensor, torch.Tensor]:
    """The patch row and column [448] of every patch, in Qwen's order."""
    index = torch.arange(PATCHES).view(GRID_H, GRID_W).view(ROWS, MERGE, COLS, MERGE).permute(0, 2, 1, 3).reshape(-1)
    return index // GRID_W, index % GRID_W


def window_order() -> torch.Tensor:
    """Patch order [448] that puts the six whole 8×8 windows first and the two half ones (the right edge) last."""
    row, col = patch_rows_cols()
    side = WINDOW // PATCH
    per_row = -(-GRID_W // side)
    half = (col // side == per_row - 1).long()
    return torch.argsort((half * 1000 + (row // side) * per_row + col // side) * PATCHES + torch.arange(PATCHES))


def rotate(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    a, b = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-b, a), dim=-1) * sin


def attend(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """Plain attention in the inputs' own type. On CPUs its backward pass is far faster than torch's fused one."""
    with torch.autocast(q.device.type, enabled=False):
        scores = torch.matmul(q * q.shape[-1] ** -0.5, k.transpose(-1, -2))
        return torch.matmul(torch.softmax(scores, -1), v)


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-6):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(dim)), eps

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.rms_norm(x.float(), self.weight.shape, self.weight, self.eps)


class SwiGLU(nn.Module):
    def __init__(self, dim: int, inner: int, bias: bool):
        super().__init__()
        self.gate_proj = nn.Linear(dim, inner, bias=bias)
        self.up_proj = nn.Linear(dim, inner, bias=bias)
        self.down_proj = nn.Linear(inner, dim, bias=bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(VISION.dim, 3 * VISION.dim)
        self.proj = nn.Linear(VISION.dim, VISION.dim)

    def forward(self, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor, windows: tuple[tuple[int, int], ...]) -> torch.Tensor:
        """x [B, 448, d]; `windows` are (count, length) runs of patches that see only one another."""
        b = x.shape[0]
        q, k, v = self.qkv(x).view(b, PATCHES, 3, VISION.heads, -1).permute(2, 0, 3, 1, 4)
        q, k = rotate(q, cos.to(q.dtype), sin.to(q.dtype)), rotate(k, cos.to(k.dtype), sin.to(k.dtype))
        outs, start = [], 0
        for count, length in windows:
            def cut(t: torch.Tensor) -> torch.Tensor:
                part = t[:, :, start:start + count * length]
                return part.reshape(b * VISION.heads, count, length, -1) if count > 1 else part
            out = attend(cut(q), cut(k), cut(v))
            outs.append(out.reshape(b, VISION.heads, count * length, -1))
            start += count * length
        out = outs[0] if len(outs) == 1 else torch.cat(outs, dim=2)
        return self.proj(out.transpose(1, 2).reshape(b, PATCHES, VISION.dim))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = RMSNorm(VISION.dim), RMSNorm(VISION.dim)
        self.attn = Attention()
        self.mlp = SwiGLU(VISION.dim, VISION.inner, bias=True)

    def forward(self, x, cos, sin, windows):
        x = x + self.attn(self.norm1(x), cos, sin, windows)
        return x + self.mlp(self.norm2(x))


class Merger(nn.Module):
    """4×4 patches → one token of the language model's width."""

    def __init__(self):
        super().__init__()
        wide = VISION.dim * MERGE * MERGE
        self.ln_q = RMSNorm(VISION.dim)
        self.mlp = nn.Sequential(nn.Linear(wide, wide), nn.GELU(), nn.Linear(wide, TEXT.dim))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.mlp(self.ln_q(x).view(x.shape[0], TOKENS, -1))


class PatchEmbed(nn.Module):
    def __init__(self):
        super().__init__()
        size = (FRAMES_PER_TICK, PATCH, PATCH)
        self.proj = nn.Conv3d(3, VISION.dim, kernel_size=size, stride=size, bias=False)

    def forward(self, patches: torch.Tensor) -> torch.Tensor:
        return F.linear(patches, self.proj.weight.view(VISION.dim, -1))


class Tower(nn.Module):
    WHOLE = ((1, PATCHES),)
    WINDOWED = ((6, 64), (2, 32))

    def __init__(self):
        super().__init__()
        self.patch_embed = PatchEmbed()
        self.blocks = nn.ModuleList(Block() for _ in range(VISION.depth))
        self.merger = Merger()
        row, col = patch_rows_cols()
        order = window_order()
        dim = VISION.dim // VISION.heads // 2
        frequency = 1 / VISION.theta ** (torch.arange(0, dim, 2).float() / dim)
        angle = torch.cat([row[order, None] * frequency, col[order, None] * frequency] * 2, dim=-1)
        self.register_buffer("order", order, persistent=False)
        self.register_buffer("back", torch.argsort(order), persistent=False)
        self.register_buffer("cos", angle.cos(), persistent=False)
        self.register_buffer("sin", angle.sin(), persistent=False)
        for name, p in self.named_parameters():
            if p.dim() > 1:
                nn.init.normal_(p, std=0.02 if "down_proj" in name or "attn.proj" in name else p[0].numel() ** -0.5)
            elif name.endswith("bias"):
                nn.init.zeros_(p)

    def forward(self, patches: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """patches [B, 448, 384] → (per-patch states [B, 448, d] in Qwen's order, tokens [B, 28, text dim])."""
        x = self.patch_embed(patches[:, self.order])
        for i, block in enumerate(self.blocks):
            x = block(x, self.cos, self.sin, self.WHOLE if i in VISION.full_attention else self.WINDOWED)
        x = x[:, self.back]
        return x, self.merger(x)
