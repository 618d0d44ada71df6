"""Makes test/fixtures/images/resample.json: what Pillow makes of small pictures.

    python3 models/parity/resample.py
"""
import hashlib
import json
from pathlib import Path

import numpy as np
import PIL
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
FILTERS = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3, "box": 4, "hamming": 5}
SIZES = [((1, 1), (3, 2)), ((7, 5), (7, 9)), ((7, 5), (9, 5)), ((33, 57), (14, 14)), ((13, 64), (128, 3)), ((640, 360), (56, 31)),
         ((64, 64), (63, 65)), ((1, 999), (28, 28)), ((427, 240), (512, 288)), ((96, 64), (1, 1)), ((101, 37), (37, 101))]


def picture(width: int, height: int, seed: int = 0) -> np.ndarray:
    """uint8 [height, width, 3]: value = (7·x + 13·y + 29·c + 101·seed + (x·y·(seed + 1) >> 3)) mod 256."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((7 * x + 13 * y + 29 * c + 101 * seed + ((x * y * (seed + 1)) >> 3)) % 256).astype(np.uint8)


def main() -> None:
    cases = []
    for source, target in SIZES:
        for name, number in FILTERS.items():
            out = np.asarray(Image.fromarray(picture(*source)).resize(target, number)).reshape(-1)
            cases.append({"from": source, "to": target, "filter": name, "sha256": hashlib.sha256(out.tobytes()).hexdigest(),
                          "head": out[:12].tolist()})
    golden = {"pillow": PIL.__version__, "picture": picture.__doc__, "cases": cases}
    (ROOT / "test/fixtures/images").mkdir(parents=True, exist_ok=True)
    (ROOT / "test/fixtures/images/resample.json").write_text(json.dumps(golden, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
