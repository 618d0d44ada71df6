"""Processes that render shards while training goes on."""
import multiprocessing
from pathlib import Path

from .broadcast import SIZE as BROADCAST
from .shape import HEIGHT, WIDTH

SIZES = [(WIDTH, HEIGHT), BROADCAST]             # the second is what viewers get, scaled down as a runtime does
SHARE = 1_000_000            # seeds each for training, validation and tests, in this order
FIRST_SEED = {"vision": 1_000, "stream": 200_000, "moments": 300_000}           # training seeds, all below 1,000,000
VALIDATION_SEED = {"vision": 1_000_000, "stream": 1_100_000}


def render(folder: Path, share: int, of: int, jobs: list[tuple[str, int]]) -> None:
    """Makes every of-th shard of `jobs`, starting at `share`, unless it is there."""
    import cv2

    from .ticks import make_shard
    cv2.setNumThreads(1)
    for kind, seed in jobs[share::of]:
        if not multiprocessing.parent_process().is_alive():     # it was killed, and whoever resumes renders by himself
            return
        if not (folder / f"{kind}-{seed}.npz").exists():
            make_shard(folder, kind, seed, SIZES)


def jobs_of(counts: dict[str, int], seeds: dict[str, int] = FIRST_SEED, lead: int = 40) -> list[tuple[str, int]]:
    """All shards to make, `counts` of each kind: some of the first kind, then all kinds in turn. Raises ValueError where they are so many that
    they would be of another share's seeds."""
    for kind, count in counts.items():
        last = seeds[kind] + count - 1
        if last // SHARE != seeds[kind] // SHARE:
            raise ValueError(f"{count} {kind} matches from seed {seeds[kind]:,} end at {last:,}, which is not theirs; make fewer")
    wanted = {kind: [(kind, seeds[kind] + i) for i in range(count)] for kind, count in counts.items()}
    first = next(iter(wanted))
    jobs, wanted[first] = wanted[first][:lead], wanted[first][lead:]
    while any(wanted.values()):
        for kind in wanted:
            jobs += wanted[kind][:1]
            wanted[kind] = wanted[kind][1:]
    return jobs


def check(renderers: list[multiprocessing.Process]) -> None:
    """Raises RuntimeError where one has failed: nobody would wait for its shards in vain."""
    for renderer in renderers:
        if renderer.exitcode:
            raise RuntimeError(f"a renderer ended with exit code {renderer.exitcode}: see its message above, then run the same command again")


def start(folder: Path, jobs: list[tuple[str, int]], processes: int) -> list[multiprocessing.Process]:
    """Starts daemons, which end with the program; where that is killed, after the shard that they are at."""
    folder.mkdir(parents=True, exist_ok=True)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=render, args=(folder, i, processes, jobs), daemon=True) for i in range(processes)]
    for worker in workers:
        worker.start()
    return workers
