"""Stage 2: the tokenizer and the language model alone, on the corpus' text."""
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from . import prompt
from .device import beside, mixed
from .files import whole_file
from .language import Language
from .lexicon import train_tokenizer
from .passages import LANGUAGES, Passage, encode_line
from .schedule import Stage

LENGTH, BATCH = 192, 16


def passages_of(folder: Path, kinds: tuple[str, ...] = ("stream", "vision")) -> list[Passage]:
    return [Passage(path) for kind in kinds for path in sorted(folder.glob(f"{kind}-*.json")) if path.with_suffix(".npz").exists()]


def make_tokenizer(folder: Path, path: Path) -> Tokenizer:
    """Trains it on the lines of every match there, once."""
    if not path.exists():
        found = passages_of(folder)
        lines = [line.text for p in found for telling in range(p.tellings) for lang in LANGUAGES for line in p.lines(telling, lang)]
        prefixes = [prompt.SYSTEM[lang] for lang in LANGUAGES] + ["system\n", "user\n", "assistant\n"]
        with whole_file(path) as temporary:
            train_tokenizer(lines + 50 * prefixes).save(str(temporary))
    return Tokenizer.from_file(str(path))


def sequence(tokenizer: Tokenizer, passage: Passage, rng: np.random.Generator) -> list[int]:
    """A prefix and the lines after it, without pictures."""
    lang = LANGUAGES[int(rng.integers(2))]
    lines = passage.lines(int(rng.integers(passage.tellings)), lang)
    start = int(rng.integers(len(lines)))
    memory = [line.text for line in lines[max(0, start - prompt.MEMORY_LINES):start]]
    ids = list(tokenizer.encode(prompt.prefix_text(lang, memory), add_special_tokens=False).ids)
    for line in lines[start:]:
        ids += encode_line(tokenizer, line.text, lang)[0]
    return ids[:LENGTH + 1]


def train_words(cache: Path, tokenizer: Tokenizer, out: Path, hours: float) -> Language:
    """Trains until the hours are spent; resumes from out/words.pt."""
    torch.manual_seed(1)
    language = Language()
    stage = Stage(out, "words", hours, 2e-3, {"language": language}, list(language.parameters()))
    rng, found = np.random.default_rng(stage.steps + 1), passages_of(cache)
    while not stage.over:
        batch = np.full((BATCH, LENGTH + 1), -100, np.int64)
        for row in batch:
            ids = sequence(tokenizer, found[int(rng.integers(len(found)))], rng)
            row[:len(ids)] = ids
        batch = beside(language, batch)
        ids, want = batch[:, :-1].clamp(min=0), batch[:, 1:]
        positions = torch.arange(LENGTH, device=ids.device).expand(3, BATCH, LENGTH)
        with mixed(language):
            logits = language.logits(language(language.embed_tokens(ids), positions))
        stage.step(F.cross_entropy(logits.float().flatten(0, 1), want.flatten(), ignore_index=-100), {})
    return language
