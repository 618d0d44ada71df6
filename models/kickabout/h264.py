"""What ffmpeg is told to make a broadcast's H.264 of raw frames on its standard input."""


def raw_frames(size: tuple[int, int], fps: float) -> list[str]:
    """The input: RGB frames of (width, height), `fps` a second."""
    return ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}", "-r", f"{fps:g}", "-i", "-"]


def h264(fps: float, crf: int, threads: int) -> list[str]:
    """The video: quality `crf` from 0 (best) to 51, a whole picture every two seconds. Its bits depend on `threads`."""
    return ["-c:v", "libx264", "-preset", "veryfast", "-crf", str(crf), "-threads:v", str(threads), "-pix_fmt", "yuv420p", "-g", str(round(fps * 2))]
