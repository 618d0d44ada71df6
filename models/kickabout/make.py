"""Makes a Kickabout match: SEED.mp4 with sound, and SEED.truth.json beside it (format: TRUTH.md).

    python3 models/kickabout/make.py --seed 2000001 --minutes 3 --out DIR [--size 640x360] [--fps 25]
                                     [--start S --duration D] [--name NAME] [--crf 23]

The same arguments give the same frames, sound and truth. Needs ffmpeg on PATH.
"""
import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from corpus.lines import write_lines  # noqa: E402
from corpus.sound import synthesise  # noqa: E402
from sim import Match  # noqa: E402
from sim.truth import shifted  # noqa: E402

SAMPLE_RATE = 48000


def size_of(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{2,4})x(\d{2,4})", text)
    if not match or int(match[1]) % 2 or int(match[2]) % 2:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; give even numbers such as 640x360")
    return int(match[1]), int(match[2])


def at_least(kind, least):
    """An argument type: a number of at least `least`."""
    def parse(text: str):
        value = kind(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"{text} is too small; the least is {least}")
        return value
    return parse


def arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Makes a Kickabout match: an MP4 with sound and its truth file.")
    parser.add_argument("--seed", type=at_least(int, 0), required=True)
    parser.add_argument("--minutes", type=at_least(float, 0.5), required=True, help="length of the whole match; below 2 it has one half")
    parser.add_argument("--size", type=size_of, default=(640, 360), help="WIDTHxHEIGHT, up to 1920x1080")
    parser.add_argument("--fps", type=at_least(float, 1), default=25.0, help="frames a second, up to 50")
    parser.add_argument("--start", type=at_least(float, 0), default=0.0, help="first second of the passage to cut")
    parser.add_argument("--duration", type=at_least(float, 0.5), help="seconds of the passage; to the end when left out")
    parser.add_argument("--crf", type=int, default=23, help="quality of H.264, lower is better")
    parser.add_argument("--name", help="of the files, in place of the seed")
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args(argv)


def write_sound(path: Path, truth: dict, start: float, seconds: float) -> None:
    samples = synthesise(truth, SAMPLE_RATE, start, seconds)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def encoder(path: Path, sound: Path, size: tuple[int, int], fps: float, crf: int) -> subprocess.Popen:
    """ffmpeg taking raw RGB frames on its standard input."""
    command = ["ffmpeg", "-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}", "-r", f"{fps:g}", "-i", "-",
               "-i", str(sound), "-map", "0:v", "-map", "1:a", "-c:v", "libx264", "-preset", "veryfast", "-crf", str(crf), "-pix_fmt", "yuv420p",
               "-g", str(round(fps * 2)), "-c:a", "aac", "-b:a", "96k", "-shortest", "-movflags", "+faststart", "-map_metadata", "-1",
               "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE)


def main(argv: list[str] | None = None) -> None:
    options = arguments(argv)
    cv2.setNumThreads(1)
    began = time.perf_counter()
    match = Match(options.seed, options.minutes)
    if options.start >= match.duration - 0.5:
        sys.exit(f"--start {options.start:g} is past the end of this match of {match.duration:g} s; choose an earlier one")
    seconds = min(options.duration or match.duration, match.duration - options.start)
    truth = dict(match.truth)
    truth["lines"] = sorted((line for lang in ("en", "zh") for line in write_lines(truth, lang, options.seed)), key=lambda line: line["start"])
    options.out.mkdir(parents=True, exist_ok=True)
    name = options.name or str(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        sound = Path(folder) / "sound.wav"
        write_sound(sound, truth, options.start, seconds)
        process = encoder(options.out / f"{name}.mp4", sound, options.size, options.fps, options.crf)
        for frame in range(int(seconds * options.fps)):
            process.stdin.write(match.render(options.start + frame / options.fps, options.size).tobytes())
        process.stdin.close()
        if process.wait() != 0:
            sys.exit(f"ffmpeg failed with status {process.returncode}; its own message is above")
    if options.start > 0 or seconds < match.duration:
        truth = shifted(truth, options.start, seconds)
    truth = {**truth, "fps": options.fps, "size": list(options.size), "minutes": options.minutes}
    (options.out / f"{name}.truth.json").write_text(json.dumps(truth, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    took = time.perf_counter() - began
    print(f"{options.out / name}.mp4: {seconds:.1f} s in {took:.1f} s ({seconds / took:.1f} x real time)")


if __name__ == "__main__":
    main()
