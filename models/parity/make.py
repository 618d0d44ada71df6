"""Makes the tiny random models of test/fixtures, what the reference implementations compute with them, and what Pillow makes of pictures: all, or those that are named.

    pip install -r models/parity/requirements.txt
    python3 models/parity/make.py [tiny_qwen2_vl tiny_idefics3 …]
"""
import importlib
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def main(wanted: list[str]) -> None:
    known = ["resample", *sorted(file.stem for file in FOLDER.glob("tiny_*.py"))]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise SystemExit(f"no such family: {', '.join(unknown)}; there are {', '.join(known)}")
    for name in wanted or known:
        print(name)
        importlib.import_module(name).main()


if __name__ == "__main__":
    main(sys.argv[1:])
