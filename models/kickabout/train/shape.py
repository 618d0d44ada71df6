"""Kickabout's numbers: one place for every size that the graphs, the training and the runtime share."""
from dataclasses import dataclass

WIDTH, HEIGHT, FPS, FRAMES_PER_TICK = 224, 128, 4, 2
SECONDS_PER_TICK = FRAMES_PER_TICK / FPS
PATCH, MERGE, WINDOW = 8, 4, 64
GRID_H, GRID_W = HEIGHT // PATCH, WIDTH // PATCH            # 16 × 28 patches a frame pair
ROWS, COLS = GRID_H // MERGE, GRID_W // MERGE               # 4 × 7 tokens a tick
PATCHES, TOKENS = GRID_H * GRID_W, ROWS * COLS              # 448, 28
PATCH_DIM = 3 * FRAMES_PER_TICK * PATCH * PATCH             # 384
MEAN = STD = 0.5
VOCAB = 2048


@dataclass(frozen=True)
class VisionShape:
    dim: int = 96
    heads: int = 3
    inner: int = 192
    depth: int = 5
    full_attention: tuple[int, ...] = (2, 4)                # the others see only their 64 px window
    theta: float = 100.0                                    # 28 positions need no longer waves


@dataclass(frozen=True)
class TextShape:
    dim: int = 192
    heads: int = 4
    kv_heads: int = 2
    inner: int = 512
    layers: int = 4
    theta: float = 1000.0                                   # a window spans a few hundred positions
    eps: float = 1e-6

    @property
    def head_dim(self) -> int:
        return self.dim // self.heads

    @property
    def mrope_section(self) -> list[int]:
        """Axes interleaved one frequency at a time, so that each of t, h, w gets short and long waves."""
        return [1] * (self.head_dim // 2)


VISION, TEXT = VisionShape(), TextShape()
