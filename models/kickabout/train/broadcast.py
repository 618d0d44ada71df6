"""A passage as viewers get it: drawn large, encoded as H.264, and scaled down by ffmpeg as a runtime does."""
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from h264 import h264, raw_frames
from sim import Match

from .shape import HEIGHT, WIDTH

SIZE = (640, 360)
RATE = 12.5                  # frames a second: half of a broadcast's, since drawing them is what takes long
SCALE = f"scale={WIDTH}:{HEIGHT}:flags=area,format=rgb24"


def broadcast(match: Match, times: np.ndarray, crf: int) -> np.ndarray:
    """uint8 RGB [times, 128, 224, 3]: at each of `times` (rising) the first frame that is not before it; `crf`: of x264, 0 (best) to 51."""
    start = float(times[0])
    chosen = np.ceil((times - start) * RATE - 1e-6).astype(int)
    with tempfile.NamedTemporaryFile(suffix=".mkv") as file:
        encode(match, start, int(chosen[-1]) + 1, crf, Path(file.name))
        command = ["ffmpeg", "-v", "error", "-threads", "1", "-i", file.name, "-vf", SCALE, "-f", "rawvideo", "-"]
        raw = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)[chosen]


def encode(match: Match, start: float, frames: int, crf: int, path: Path) -> None:
    """Writes the frames from `start` seconds on, as make.py does."""
    command = ["ffmpeg", "-y", "-v", "error", *raw_frames(SIZE, RATE), *h264(RATE, crf, threads=1), str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        for frame in range(frames):
            encoder.stdin.write(match.render(start + frame / RATE, SIZE).tobytes())
        encoder.stdin.close()
    if encoder.returncode:
        raise RuntimeError(f"ffmpeg ended with exit code {encoder.returncode}: its message is above")
