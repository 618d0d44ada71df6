"""Kickabout's byte-level BPE tokenizer: 2,048 entries, English and Chinese, Qwen's chat and vision tokens first."""
from collections.abc import Iterable

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from .prompt import SPECIALS
from .shape import VOCAB

# The split of Qwen2 with digits one by one (scores) and Chinese characters too, so that no merge swallows a team's name.
SPLIT = r"[一-鿿]|[^\r\n\p{L}\p{N}]?(?:(?![一-鿿])\p{L})+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def train_tokenizer(lines: Iterable[str]) -> Tokenizer:
    """Learns the merges from commentary lines; always exactly VOCAB entries, so that no graph changes shape."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(SPLIT), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=VOCAB, special_tokens=[AddedToken(s, special=True, normalized=False) for s in SPECIALS],
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(lines, trainer)
    spare = VOCAB - tokenizer.get_vocab_size()
    if spare > 0:
        tokenizer.add_special_tokens([AddedToken(f"<|spare_{i}|>", special=True, normalized=False) for i in range(spare)])
    return tokenizer
