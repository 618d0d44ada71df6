"""The streaming prompt: which ids and M-RoPE positions a window of ticks has. The runtime does the same from booth.json."""
from dataclasses import dataclass, field

import numpy as np

from .shape import COLS, ROWS, TOKENS

SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>",
            "<|video_pad|>", "<|silence|>"]
ENDOFTEXT, IM_START, IM_END, VISION_START, VISION_END, VISION_PAD, IMAGE_PAD, VIDEO_PAD, SILENCE = range(len(SPECIALS))

SYSTEM = {"en": "en: Commentate on the football match.", "zh": "zh: 解说这场足球比赛。"}
MEMORY_LINES = 2


def prefix_text(lang: str, memory: list[str]) -> str:
    """The text before the first tick; memory holds the last spoken lines, oldest first, joined by newlines."""
    said = "\n".join(memory[-MEMORY_LINES:])
    return f"<|im_start|>system\n{SYSTEM[lang]}<|im_end|>\n<|im_start|>user\n{said}<|im_end|>\n<|im_start|>assistant\n"


@dataclass
class Context:
    """Ids and positions (t, h, w) of a growing context; HF's get_rope_index for one video of t = 1 a tick."""
    ids: list[int] = field(default_factory=list)
    positions: list[tuple[int, int, int]] = field(default_factory=list)
    next: int = 0

    def text(self, ids: list[int]) -> "Context":
        for i in ids:
            self.ids.append(i)
            self.positions.append((self.next,) * 3)
            self.next += 1
        return self

    def tick(self) -> "Context":
        """Appends one tick; the logits at its last token, <|vision_end|>, decide between silence and a line."""
        self.text([VISION_START])
        p = self.next
        self.ids += [VIDEO_PAD] * TOKENS
        self.positions += [(p, p + r, p + c) for r in range(ROWS) for c in range(COLS)]
        self.next = p + max(ROWS, COLS)
        return self.text([VISION_END])

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """ids [S] and positions [3, S], int64."""
        return np.array(self.ids, np.int64), np.array(self.positions, np.int64).T.copy()
