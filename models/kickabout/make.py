"""Makes a Kickabout match: SEED.mp4 with sound, and SEED.truth.json beside it (format: TRUTH.md).

    python3 models/kickabout/make.py --seed 2000001 --minutes 3 --out DIR [--size 640x360] [--fps 25]
                                     [--start S --duration D] [--name NAME] [--crf 23]

The same arguments give the same frames, sound and truth, and with one version of ffmpeg the same MP4, which needs ffmpeg on PATH. A
broadcast is 16:9: frames of another shape get black bars.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import wave
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

try:
    import cv2
    import numpy as np
    from arguments import number
    from corpus.lines import write_lines
    from corpus.sound import pieces
    from h264 import h264, raw_frames
    from sim import Match
    from sim.truth import shifted
except ModuleNotFoundError as error:
    sys.exit(f"{error.name} is missing. Install what make.py needs: python3 -m pip install -r {Path(__file__).parent / 'sim/requirements.txt'}")

SAMPLE_RATE = 48000
THREADS = 3               # of the video's encoder: left to itself it goes by the machine's cores, and so would the file's bits
ASPECT = 16 / 9
NEARLY = 0.03             # by which a shape may differ from 16:9 and is filled nevertheless
ROUNDING = 1e-6           # of seconds times frames a second: 32.12 × 25 is no less than 803
LEAST = 128, 72           # below this the scoreboard does not fit
LONGEST, SHORTEST = 1920, 1080
LONGEST_NAME = 240        # bytes, which leaves room for .truth.json


def size_of(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text)
    size = (int(match[1]), int(match[2])) if match else (1, 1)
    if size[0] % 2 or size[1] % 2:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; give even numbers such as 640x360")
    if max(size) > LONGEST or min(size) > SHORTEST:
        raise argparse.ArgumentTypeError(f"{text} is too large; the most is {LONGEST}x{SHORTEST}, or {SHORTEST}x{LONGEST} upright")
    if min(size) == 0 or any(side < least for side, least in zip(picture_in(size), LEAST)):
        raise argparse.ArgumentTypeError(f"{text} is too small; a picture of {LEAST[0]}x{LEAST[1]} must fit in it")
    return size


def file_name(text: str) -> str:
    if not text or Path(text).name != text:
        raise argparse.ArgumentTypeError(f"{text!r} is no file name; the folder is given as --out")
    if len(os.fsencode(text)) > LONGEST_NAME:
        raise argparse.ArgumentTypeError(f"a name of {len(os.fsencode(text))} bytes is too long; the most is {LONGEST_NAME}")
    return text


def arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Makes a Kickabout match: an MP4 with sound and its truth file.")
    parser.add_argument("--seed", type=number(int, 0, 2**53), required=True, help="which match; whose seeds are whose is told in README.md")
    parser.add_argument("--minutes", type=number(float, 0.5, 120), required=True, help="length of the whole match, 0.5 to 120; below 2 it has one half")
    parser.add_argument("--size", type=size_of, default=(640, 360), help="WIDTHxHEIGHT, up to 1920x1080; shapes other than 16:9 get black bars")
    parser.add_argument("--fps", type=number(float, 1, 50), default=25.0, help="frames a second, 1 to 50")
    parser.add_argument("--start", type=number(float, 0, 1e5), default=0.0, help="first second of the passage to cut")
    parser.add_argument("--duration", type=number(float, 0.5, 1e5), help="seconds of the passage; to the end when left out")
    parser.add_argument("--crf", type=number(int, 0, 51), default=23, help="quality of H.264, 0 (best) to 51")
    parser.add_argument("--name", type=file_name, help="of the files, in place of the seed")
    parser.add_argument("--out", type=Path, required=True, help="folder for both files")
    return parser.parse_args(argv)


def picture_in(size: tuple[int, int]) -> tuple[int, int]:
    """The largest 16:9 picture in a frame; all of a frame that is nearly so."""
    width, height = size
    shape = width / height / ASPECT
    if abs(shape - 1) < NEARLY:
        return size
    return (round(height * ASPECT / 2) * 2, height) if shape > 1 else (width, round(width / ASPECT / 2) * 2)


def with_bars(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The picture in the middle of a black frame [height, width, 3]."""
    high, wide = picture.shape[:2]
    if (wide, high) == size:
        return picture
    frame = np.zeros((size[1], size[0], 3), np.uint8)
    left, top = (size[0] - wide) // 2, (size[1] - high) // 2
    frame[top:top + high, left:left + wide] = picture
    return frame


def write_sound(path: Path, truth: dict, start: float, seconds: float) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        for samples in pieces(truth, SAMPLE_RATE, start, seconds):
            file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def encoder(path: Path, sound: Path, size: tuple[int, int], fps: float, crf: int) -> subprocess.Popen:
    """ffmpeg taking raw RGB frames on its standard input."""
    command = ["ffmpeg", "-y", "-v", "error", *raw_frames(size, fps), "-i", str(sound), "-map", "0:v", "-map", "1:a", *h264(fps, crf, THREADS),
               "-c:a", "aac", "-b:a", "96k", "-shortest", "-movflags", "+faststart", "-map_metadata", "-1",
               "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE)


def write_video(path: Path, sound: Path, match: Match, seconds: float, options: argparse.Namespace) -> None:
    """The passage's frames, encoded with its sound."""
    inner = picture_in(options.size)
    process = encoder(path, sound, options.size, options.fps, options.crf)
    with suppress(BrokenPipeError):                              # an encoder that ends early says why, and by its status
        for frame in range(max(1, int(seconds * options.fps + ROUNDING))):
            process.stdin.write(with_bars(match.render(options.start + frame / options.fps, inner), options.size).tobytes())
        process.stdin.close()
    if process.wait() != 0:
        sys.exit(f"ffmpeg failed with status {process.returncode}; its own message is above")


def main(argv: list[str] | None = None) -> None:
    options = arguments(argv)
    if shutil.which("ffmpeg") is None:
        sys.exit("ffmpeg is not on PATH; install it (Debian: apt-get install ffmpeg, macOS: brew install ffmpeg)")
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        sys.exit(f"--out {options.out} cannot be a folder ({problem.strerror}); choose another")
    name = options.name or str(options.seed)
    taken = next((target for target in (options.out / f"{name}{ending}" for ending in (".mp4", ".truth.json")) if target.is_dir()), None)
    if taken:
        sys.exit(f"{taken} is a folder; choose another --name, or another --out")
    if not os.access(options.out, os.W_OK | os.X_OK):
        sys.exit(f"--out {options.out} may not be written by this user; choose another")
    cv2.setNumThreads(1)
    began = time.perf_counter()
    match = Match(options.seed, options.minutes)
    if options.start > match.duration - 0.5:
        sys.exit(f"--start {options.start:g} is past the end of this match of {match.duration:g} s; choose an earlier one")
    seconds = min(options.duration or match.duration, match.duration - options.start)
    truth = dict(match.truth)
    truth["lines"] = sorted((line for lang in ("en", "zh") for line in write_lines(truth, lang, options.seed)), key=lambda line: line["start"])
    with tempfile.TemporaryDirectory(dir=options.out.resolve(), prefix=".making-") as folder:       # both files appear whole, or not at all
        video, sound, told = (Path(folder) / file for file in ("video.mp4", "sound.wav", "truth.json"))
        write_sound(sound, truth, options.start, seconds)
        write_video(video, sound, match, seconds, options)
        if options.start > 0 or seconds < match.duration:
            truth = shifted(truth, options.start, seconds)
        truth = {**truth, "fps": options.fps, "size": list(options.size), "minutes": options.minutes}
        told.write_text(json.dumps(truth, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
        told.replace(options.out / f"{name}.truth.json")
        video.replace(options.out / f"{name}.mp4")
    took = time.perf_counter() - began
    print(f"{options.out / name}.mp4: {seconds:.1f} s in {took:.1f} s ({seconds / took:.1f} x real time)")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
