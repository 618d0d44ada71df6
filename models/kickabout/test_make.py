"""Tests of make.py: `python3 models/kickabout/test_make.py`, or pytest. Needs ffmpeg."""
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import make  # noqa: E402

WRONG = {
    "--seed": ("-5", "1.5", "x"), "--minutes": ("0", "nan", "inf", "x"), "--size": ("641x360", "640", "0x0", "10x10", "100x1000", "4000x2000", "1200x1200"),
    "--fps": ("0", "51", "nan"), "--crf": ("52", "x"), "--start": ("-1",), "--duration": ("0",), "--name": ("a/b", "", ".")}


def said(*argv: str) -> str:
    """What make.py says when it refuses."""
    heard = io.StringIO()
    try:
        with contextlib.redirect_stderr(heard):
            make.main(list(argv))
    except SystemExit as end:
        return f"{heard.getvalue()}{end.code if isinstance(end.code, str) else ''}"
    raise AssertionError(f"{argv} was taken")


def made(folder: Path, *argv: str) -> tuple[bytes, bytes]:
    """The two files of the first second of a match."""
    make.main(["--seed", "5", "--minutes", "0.5", "--duration", "1", "--name", "short", "--out", str(folder), *argv])
    return (folder / "short.mp4").read_bytes(), (folder / "short.truth.json").read_bytes()


def test_wrong_arguments_are_refused_by_name_and_value():
    for name, values in WRONG.items():
        for value in values:
            message = said("--seed", "5", "--minutes", "1", "--out", "/nowhere", f"{name}={value}").splitlines()[-1]
            assert f"argument {name}: " in message and value in message, message


@contextlib.contextmanager
def one_core():
    """A machine with one core, where the system can make believe so (Linux)."""
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    try:
        if cores:
            os.sched_setaffinity(0, {min(cores)})
        yield
    finally:
        if cores:
            os.sched_setaffinity(0, cores)


def test_the_same_arguments_give_the_same_files_whatever_the_machine():
    with tempfile.TemporaryDirectory() as folder:
        first = made(Path(folder) / "a")
        with one_core():
            assert made(Path(folder) / "b") == first
        assert made(Path(folder) / "a", "--seed", "6")[0] != first[0]
        assert sorted(os.listdir(Path(folder) / "a")) == ["short.mp4", "short.truth.json"]


def test_every_shape_and_rate_is_a_whole_video_with_sound():
    for size, fps in (("128x72", "50"), ("360x640", "29.97"), ("480x480", "1"), ("640x480", "10")):
        with tempfile.TemporaryDirectory() as folder:
            truth = json.loads(made(Path(folder), "--size", size, "--fps", fps)[1])
            probe = ["ffprobe", "-v", "error", "-of", "json", "-show_streams", f"{folder}/short.mp4"]
            video, sound = json.loads(subprocess.run(probe, check=True, capture_output=True).stdout)["streams"]
            assert f"{video['width']}x{video['height']}" == size == "{}x{}".format(*truth["size"])
            assert int(video["nb_frames"]) == int(float(fps)) and truth["fps"] == float(fps)
            assert sound["codec_name"] == "aac" and abs(float(sound["duration"]) - 1) < 0.1


def test_a_picture_keeps_its_shape():
    assert make.picture_in((640, 360)) == (640, 360) and make.picture_in((224, 128)) == (224, 128)
    assert make.picture_in((360, 640)) == (360, 202) and make.picture_in((640, 480)) == (640, 360) and make.picture_in((1920, 800)) == (1422, 800)
    upright = make.with_bars(np.full((202, 360, 3), 9, np.uint8), (360, 640))
    assert upright.shape == (640, 360, 3) and upright[219:421].min() == 9 and upright[:219].max() == upright[421:].max() == 0


def test_what_the_machine_lacks_is_told_and_nothing_is_left():
    with tempfile.TemporaryDirectory() as folder:
        wanted, path = ["--seed", "5", "--minutes", "0.5", "--out"], os.environ["PATH"]
        (Path(folder) / "file").touch()
        assert "cannot be a folder (File exists)" in said(*wanted, f"{folder}/file")
        assert "past the end of this match of" in said(*wanted, folder, "--start", "999")
        assert "a name of 300 bytes is too long" in said(*wanted, folder, "--name", "红" * 100)
        (Path(folder) / "taken.mp4").mkdir()
        assert "taken.mp4 is a folder" in said(*wanted, folder, "--name", "taken")
        broken = Path(folder) / "bin" / "ffmpeg"
        broken.parent.mkdir()
        broken.write_text("#!/bin/sh\nexit 7\n")
        broken.chmod(0o755)
        try:
            os.environ["PATH"] = str(broken.parent)
            assert "ffmpeg failed with status 7" in said(*wanted, f"{folder}/out")
            os.environ["PATH"] = "/nowhere"
            assert "ffmpeg is not on PATH" in said(*wanted, f"{folder}/out")
        finally:
            os.environ["PATH"] = path
        assert os.listdir(f"{folder}/out") == []


if __name__ == "__main__":
    for name, test in sorted(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"{name}: passed")
