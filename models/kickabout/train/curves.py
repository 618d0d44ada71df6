"""Draws the training's logs, and the ablation's: `python3 models/kickabout/train/curves.py DIR [--to FOLDER]` → curves/*.png."""
import argparse
import json
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
    "whole": [("loss of the words", ["words", "line_nll", "silence_nll"]), ("when to speak", ["speak_recall", "speak_precision"]),
              ("team and number words right", ["q_name"])],
}
MEASURES = {
    "vision": [("ball's patch", ["ball_seen"]), ("team on the ball", ["team"]), ("the same, kits exchanged", ["team_exchanged"]),
               ("score digits", ["home_score", "away_score"]), ("phase of play", ["phase"])],
    "stream": [("speak or not: nats a tick\n(less is better)", ["silence_nll"]), ("when to speak: F1", ["speak_f1"]),
               ("the same at the best odds", ["speak_f1_best"]), ("event named right", ["event"]), ("team named right", ["team"])],
}
WHOLE, UNDONE = "#1f4e79", "#8fb4d9"


def draw_ablation(log: Path, target: Path) -> None:
    """A row of panels a stage, a panel a measure, a bar a variant; the line is the variant with every choice in place, the first of its stage."""
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    stages = [stage for stage in MEASURES if any(row["stage"] == stage for row in rows)]
    counts = [sum(row["stage"] == stage for row in rows) for stage in stages]
    figure, axes = plt.subplots(len(stages), len(MEASURES["vision"]), figsize=(17, 1.5 * len(stages) + 0.42 * sum(counts)), squeeze=False,
                                sharey="row", height_ratios=[count + 2 for count in counts])
    for line, stage in zip(axes, stages):
        own = [row for row in rows if row["stage"] == stage]
        names = [row["variant"] for row in own]
        for axis, (title, keys) in zip(line, MEASURES[stage]):
            values = [sum(row[key] for key in keys) / len(keys) for row in own]
            bars = axis.barh(names, values, color=[WHOLE] + [UNDONE] * (len(own) - 1), height=0.72)
            axis.bar_label(bars, fmt="%.2f", padding=3, fontsize=9)
            axis.axvline(values[0], color=WHOLE, linewidth=1, linestyle=":")
            axis.set_title(title, fontsize=10)
            axis.set_xlim(0, 1.18 * max(1.0, *values))
            axis.tick_params(labelsize=9)
            axis.spines[["top", "right"]].set_visible(False)
        line[0].invert_yaxis()
        line[0].set_ylabel(f"{stage} stage, {own[0]['steps']} steps", fontsize=10)
    figure.tight_layout()
    figure.savefig(target, dpi=75)
    plt.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="run.py's --out")
    parser.add_argument("--to", type=Path, default=Path(__file__).parent / "curves", help="where the pictures are written")
    options = parser.parse_args()
    source, target = options.run, options.to
    ablation = source / "ablation" / "marks.jsonl"
    logs = {stage: source / f"{stage}.jsonl" for stage in PANELS}
    if not any(path.exists() for path in (*logs.values(), ablation)):
        parser.error(f"{source} has no {', '.join(path.name for path in logs.values())}; give run.py's --out")
    target.mkdir(parents=True, exist_ok=True)
    for stage, panels in PANELS.items():
        path = logs[stage]
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
            if axis.lines:
                axis.legend(fontsize=7)
        figure.suptitle(f"Stage: {stage}")
        figure.tight_layout()
        figure.savefig(target / f"{stage}.png", dpi=80)
    if ablation.exists():
        draw_ablation(ablation, target / "ablation.png")


if __name__ == "__main__":
    main()
