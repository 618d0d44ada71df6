"""Stadium sound for a truth file: crowd that swells with danger, roars, groans, applause, the whistle, and kicks.

Noise beds of a few seconds are filtered once in the frequency domain (so they loop without a seam) and shaped by envelopes;
everything is placed by its own seeded generator, so a passage sounds the same however it is cut.
"""

from functools import lru_cache

import numpy as np

BED_SECONDS = 11.0
PIECE = 1 << 20  # samples
PEAK = 0.68  # -3.3 dBFS
LEVEL = 0.76  # puts a whole match near -24 dBFS
MEMORY = 10.0  # s of the past that the crowd's mood depends on
SWELLS = np.array([23.0, 13.7, 7.9, 3.1])  # periods in s
ENVELOPE_HZ = 50  # danger and swells are computed at this rate and interpolated

# What the crowd does about an event: sound, delay in s, loudness.
REACTIONS = {
    "goal": [("roar", 0.1, 0.26)],
    "save": [("groan", 0.15, 0.12), ("applause", 0.7, 0.13)],
    "penalty": [("roar", 0.3, 0.1)],
    "corner": [("applause", 0.4, 0.06)],
    "card": [("groan", 0.3, 0.11)],
    "foul": [("groan", 0.25, 0.07)],
    "tackle": [("applause", 0.4, 0.04)],
    "full_time": [("applause", 0.8, 0.22)],
    "half_time": [("applause", 0.8, 0.12)],
}
WHISTLES = {"kick_off": (0.0, (0.5,)), "foul": (0.12, (0.35,)), "half_time": (0.1, (0.4, 0.9)), "full_time": (0.1, (0.35, 0.35, 1.1)), "penalty": (-1.0, (0.5,))}
KICKED = {"pass", "shot", "goal_kick", "free_kick", "corner", "kick_off", "tackle"}


def synthesise(truth, sample_rate=48000, start=0.0, duration=None):
    """Mono sound of [start, start + duration] seconds of a match: float32 [n], peak below -3 dBFS.

    `duration` defaults to the rest of the match.
    """
    duration = truth["duration"] - start if duration is None else duration
    return np.concatenate(list(pieces(truth, sample_rate, start, duration)))


def pieces(truth, sample_rate, start, duration):
    """The same sound, piece after piece: of two hours, hardly any is in memory at a time."""
    count = round(duration * sample_rate)
    seed = int(truth.get("seed", 0))
    murmur, once = crowd(truth, seed, sample_rate, start, count), list(cues(truth, seed, sample_rate))
    for first in range(0, count, PIECE):
        sound = murmur(first, min(first + PIECE, count))
        for time, clip, gain in once:
            place(sound, clip, gain, round((time - start) * sample_rate) - first)
        yield limited(sound * np.float32(LEVEL))


def crowd(truth, seed, rate, start, count):
    """The bed, as a function of the first sample and the end: a murmur with slow swells, and a brighter, louder layer that follows danger."""
    before = min(start, MEMORY)
    times = start - before + np.arange(int((count / rate + before) * ENVELOPE_HZ) + 2) / ENVELOPE_HZ
    danger = danger_at(truth, times)
    phases = np.random.default_rng([seed, 1]).uniform(0, 2 * np.pi, (2, 4))
    slow, other = ((np.sin(2 * np.pi * times[:, None] / SWELLS + phase) * [0.5, 0.4, 0.3, 0.15]).sum(1) for phase in phases)
    murmur = 0.05 * np.exp(0.22 * slow)
    excited = 0.014 * np.exp(0.3 * other) + 0.06 * danger
    offset = int(start * rate)

    def samples(first, end):
        at = before * ENVELOPE_HZ + np.arange(first, end) * (ENVELOPE_HZ / rate)
        index = at.astype(np.int32)
        share = (at - index).astype(np.float32)
        sound = looped(bed("murmur", rate, seed % 5), offset + first, end - first) * lerp(murmur, index, share)
        sound += looped(bed("excited", rate, seed % 5), offset + first, end - first) * lerp(excited, index, share)
        return sound

    return samples


def danger_at(truth, times):
    """0–1 at each time: how near a goal seems. Up with the ball near a goal, a shot, a corner; it decays over about 2 s."""
    level = np.zeros(len(times))
    for span in truth.get("possession", []):
        near = {"left_box": 0.8, "right_box": 0.8, "left_third": 0.25, "right_third": 0.25}.get(span.get("zone"), 0.0)
        if near:
            inside = (times >= span["start"]) & (times < span["end"])
            level[inside] = np.maximum(level[inside], near)
    for event in truth["events"]:
        lift, hold = {"shot": (1.0, 1.2), "corner": (0.6, 3.0), "penalty": (0.9, 3.0), "free_kick": (0.3, 2.0), "goal": (1.0, 4.0)}.get(event["type"], (0, 0))
        if lift:
            inside = (times >= event["time"] - 0.2) & (times < event["time"] + hold)
            level[inside] = np.maximum(level[inside], lift)
    smooth = np.empty_like(level)
    value = level[0]
    up, down = 1 - np.exp(-1 / (0.35 * ENVELOPE_HZ)), 1 - np.exp(-1 / (1.8 * ENVELOPE_HZ))
    for i, target in enumerate(level):
        value += (target - value) * (up if target > value else down)
        smooth[i] = value
    return smooth


def cues(truth, seed, rate):
    """(time, clip, gain) of everything that happens once."""
    for event in truth["events"]:
        kind, time = event["type"], event["time"]
        rng = np.random.default_rng([seed, 2, event["id"]])
        loud = float(rng.uniform(0.85, 1.15))
        reactions = REACTIONS.get(kind, [])
        if kind == "shot" and event.get("outcome") in ("wide", "post", "blocked"):
            reactions = [("groan", 0.9, 0.13)]
        for name, delay, gain in reactions:
            yield time + delay, reaction(name, rate, int(rng.integers(4))), gain * loud
        if kind in WHISTLES:
            delay, blasts = WHISTLES[kind]
            yield time + delay, whistle(blasts, rate), 0.11 * loud
        if kind in KICKED:
            yield time, kick(rate), 0.16 * loud


@lru_cache(maxsize=64)
def bed(name, rate, variant):
    """Looping noise of unit RMS: many voices far away ("murmur"), or close and bright ("excited")."""
    low, high, tilt = {"murmur": (90, 2600, -0.9), "excited": (250, 8000, -0.75)}[name]
    rng = np.random.default_rng([len(name), variant, 3])
    noise = shaped(rng, round(BED_SECONDS * rate), rate, low, high, tilt)
    flutter = shaped(rng, len(noise), rate, 0.5, 6, 0.0)  # voices come and go
    noise *= np.exp(0.18 * np.clip(flutter, -2.5, 2.5))
    return (noise / np.sqrt(np.mean(noise**2))).astype(np.float32)


def shaped(rng, count, rate, low, high, tilt):
    """Noise of unit RMS between two frequencies with the spectrum f**tilt, periodic in `count`."""
    frequency = np.fft.rfftfreq(count, 1 / rate)
    inside = (frequency >= low) & (frequency <= high)
    spectrum = np.zeros(len(frequency), complex)
    f = frequency[inside]
    edge = np.clip(np.minimum((f - low) / (0.3 * low + 1e-9), (high - f) / (0.6 * high)), 0, 1)
    gain = f**tilt * np.sqrt(edge)
    spectrum[inside] = gain * np.exp(2j * np.pi * rng.random(len(f)))
    noise = np.fft.irfft(spectrum, count)
    return noise / (np.sqrt(np.mean(noise**2)) + 1e-12)


@lru_cache(maxsize=64)
def reaction(name, rate, variant):
    """A roar (rises in 0.3 s, fades over 6 s), a falling groan, or applause; unit RMS at its height."""
    rng = np.random.default_rng([len(name), variant, 4])
    seconds = {"roar": 10.0, "groan": 2.2, "applause": 4.0}[name]
    count = round(seconds * rate)
    t = np.arange(count) / rate
    if name == "roar":
        noise = shaped(rng, count, rate, 180, 8000, -0.7)
        return (noise * np.minimum(t / 0.3, 1) * np.exp(-np.maximum(t - 1.5, 0) / 2.6) * np.clip((seconds - t) / 2, 0, 1)).astype(np.float32)
    if name == "groan":
        high, low = shaped(rng, count, rate, 300, 1100, -0.6), shaped(rng, count, rate, 140, 520, -0.6)
        fall = np.clip(t / 1.1, 0, 1)
        return ((high * (1 - fall) + low * fall) * np.minimum(t / 0.25, 1) * np.exp(-np.maximum(t - 0.5, 0) / 0.6)).astype(np.float32)
    claps = np.zeros(count)
    at = rng.integers(0, count - rate // 50, size=int(420 * seconds))
    np.add.at(claps, at, rng.uniform(0.3, 1.0, len(at)))
    clap = shaped(rng, rate // 60, rate, 500, 7000, -0.4) * np.exp(-np.arange(rate // 60) / (rate * 0.004))
    size = count + len(clap)
    noise = np.fft.irfft(np.fft.rfft(claps, size) * np.fft.rfft(clap, size), size)[:count]
    noise /= np.sqrt(np.mean(noise**2))
    return (noise * np.minimum(t / 0.5, 1) * np.clip((seconds - t) / 2.5, 0, 1)).astype(np.float32)


@lru_cache(maxsize=16)
def whistle(blasts, rate):
    """A pea whistle: two tones a little apart, trilled at 32 Hz."""
    parts = []
    for seconds in blasts:
        t = np.arange(round(seconds * rate)) / rate
        trill = 1 + 0.35 * np.sin(2 * np.pi * 32 * t)
        bend = 2 * np.pi * 1.6 * np.sin(2 * np.pi * 32 * t)
        tone = np.sin(2 * np.pi * 2350 * t + bend) + 0.7 * np.sin(2 * np.pi * 2610 * t + bend)
        tone *= trill * np.minimum(1, np.minimum(t / 0.02, (seconds - t) / 0.05))
        parts += [tone * 0.6, np.zeros(round(0.16 * rate))]
    return np.concatenate(parts).astype(np.float32)


@lru_cache(maxsize=4)
def kick(rate):
    """A dull thump with a little slap."""
    t = np.arange(round(0.12 * rate)) / rate
    thump = np.sin(2 * np.pi * (95 * t + 60 * (1 - np.exp(-t / 0.01)) * 0.01)) * np.exp(-t / 0.025)
    slap = np.random.default_rng(5).standard_normal(len(t)) * np.exp(-t / 0.004)
    return (thump + 0.25 * slap).astype(np.float32)


def looped(noise, offset, count):
    """`count` samples of a loop from `offset` on."""
    begin = offset % len(noise)
    repeats = -(-(begin + count) // len(noise))
    return np.tile(noise, repeats)[begin : begin + count]


def lerp(values, index, share):
    values = values.astype(np.float32)
    low = values[index]
    return low + (values[index + 1] - low) * share


def place(sound, clip, gain, at):
    """Adds a clip at a sample; what lies outside is lost."""
    begin, end = max(at, 0), min(at + len(clip), len(sound))
    if begin < end:
        sound[begin:end] += gain * clip[begin - at : end - at]


def limited(sound):
    """Soft knee from half of PEAK on; PEAK is never passed."""
    knee = 0.5 * PEAK
    over = np.abs(sound) > knee
    part = sound[over]
    sound[over] = np.sign(part) * (knee + (PEAK - knee) * np.tanh((np.abs(part) - knee) / (PEAK - knee)))
    return sound
