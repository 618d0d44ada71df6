"""Draws the training's logs: `python3 models/kickabout/train/curves.py DIR` → curves/*.png."""
import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

PANELS = {
    "vision": [("training loss", ["loss"]), ("ball's patch, shirts (validation)", ["val_patch_ball", "val_seen_ball", "val_patch_shirts"]),
               ("whose ball is it (validation)", ["val_patch_carrier", "val_seen_carrier_held", "val_seen_carrier_held_shuffled", "val_carrier_held"]),
               ("board and picture (validation)", ["val_home", "val_away", "val_home_score", "val_away_score", "val_phase", "val_zone", "val_shot", "val_card"])],
    "words": [("training loss", ["loss"])],
    "stream": [("loss of the words", ["words", "line_nll", "silence_nll"]), ("when to speak", ["speak_recall", "speak_precision"]),
               ("team and number words right", ["q_name"]),
               ("what the decision's state knows", ["q_carrier", "q_home", "q_home_score", "q_phase", "q_zone", "q_event", "q_event_team"])],
}


def main() -> None:
    source, target = Path(sys.argv[1]), Path(__file__).parent / "curves"
    target.mkdir(exist_ok=True)
    for stage, panels in PANELS.items():
        path = source / f"{stage}.jsonl"
        if not path.exists():
            continue
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        figure, axes = plt.subplots(1, len(panels), figsize=(5 * len(panels), 3.6), squeeze=False)
        for axis, (title, keys) in zip(axes[0], panels):
            for key in keys:
                points = [(row["seconds"] / 60, row[key]) for row in rows if key in row]
                if points:
                    axis.plot(*zip(*points), label=key.removeprefix("val_").removeprefix("q_"), linewidth=1.4)
            axis.set(title=title, xlabel="minutes")
            axis.grid(alpha=0.3)
            axis.legend(fontsize=7)
        figure.suptitle(f"Stage: {stage}")
        figure.tight_layout()
        figure.savefig(target / f"{stage}.png", dpi=80)


if __name__ == "__main__":
    main()
