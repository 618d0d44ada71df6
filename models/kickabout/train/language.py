"""The language model: Qwen2.5's decoder with M-RoPE and HF's parameter names, whole sequences at once (training)."""
import torch
import torch.nn.functional as F
from torch import nn

from .shape import TEXT, VOCAB
from .tower import RMSNorm, SwiGLU, rotate


STRIP = 128


def mrope_frequencies() -> torch.Tensor:
    """[3, head_dim/2]: each axis' inverse frequencies, zero where another axis owns the slot; angle = positionsᵀ · this."""
    half = TEXT.head_dim // 2
    frequency = 1 / TEXT.theta ** (torch.arange(half).float() / half)
    axis = torch.tensor([a for i, n in enumerate(TEXT.mrope_section) for a in [i % 3] * n])
    return torch.stack([frequency * (axis == a) for a in range(3)])


def causal(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """Causal attention [B, heads, S, head dim], by strips of queries that see only what lies before: half of the work on a CPU."""
    outs = []
    with torch.autocast(q.device.type, enabled=False):
        q = q * q.shape[-1] ** -0.5
        for start in range(0, q.shape[2], STRIP):
            end = min(start + STRIP, q.shape[2])
            scores = torch.matmul(q[:, :, start:end], k[:, :, :end].transpose(-1, -2))
            scores[..., start:] += torch.full((end - start,) * 2, -1e4, dtype=scores.dtype, device=scores.device).triu(1)
            outs.append(torch.matmul(torch.softmax(scores, -1), v[:, :, :end]))
    return torch.cat(outs, 2)


class SelfAttention(nn.Module):
    def __init__(self):
        super().__init__()
        kv = TEXT.kv_heads * TEXT.head_dim
        self.q_proj = nn.Linear(TEXT.dim, TEXT.dim)
        self.k_proj = nn.Linear(TEXT.dim, kv)
        self.v_proj = nn.Linear(TEXT.dim, kv)
        self.o_proj = nn.Linear(TEXT.dim, TEXT.dim, bias=False)

    def forward(self, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
        b, s, _ = x.shape
        q, k, v = (proj(x).view(b, s, -1, TEXT.head_dim).transpose(1, 2) for proj in (self.q_proj, self.k_proj, self.v_proj))
        q, k = rotate(q, cos.to(q.dtype), sin.to(q.dtype)), rotate(k, cos.to(k.dtype), sin.to(k.dtype))
        repeat = TEXT.heads // TEXT.kv_heads
        k, v = k.repeat_interleave(repeat, 1), v.repeat_interleave(repeat, 1)
        out = causal(q, k, v)
        return self.o_proj(out.transpose(1, 2).reshape(b, s, -1))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.self_attn = SelfAttention()
        self.mlp = SwiGLU(TEXT.dim, TEXT.inner, bias=False)
        self.input_layernorm, self.post_attention_layernorm = RMSNorm(TEXT.dim, TEXT.eps), RMSNorm(TEXT.dim, TEXT.eps)

    def forward(self, x, cos, sin):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        return x + self.mlp(self.post_attention_layernorm(x))


class Language(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed_tokens = nn.Embedding(VOCAB, TEXT.dim)
        self.layers = nn.ModuleList(Layer() for _ in range(TEXT.layers))
        self.norm = RMSNorm(TEXT.dim, TEXT.eps)
        self.register_buffer("frequencies", mrope_frequencies(), persistent=False)
        for name, p in self.named_parameters():
            if p.dim() > 1:
                small = "o_proj" in name or "down_proj" in name
                nn.init.normal_(p, std=0.02 if small or "embed" in name else p.shape[1] ** -0.5)
            elif name.endswith("bias"):
                nn.init.zeros_(p)

    def forward(self, embeds: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        """embeds [B, S, d], positions [3, B, S] → hidden states [B, S, d] after the last norm."""
        # Not a product of matrices: autocast would round that to bfloat16, whole radians off at the end of a window.
        angle = (positions.float()[..., None] * self.frequencies[:, None, None]).sum(0)
        angle = torch.cat((angle, angle), dim=-1)[:, None]
        cos, sin = angle.cos(), angle.sin()
        x = embeds
        for layer in self.layers:
            x = layer(x, cos, sin)
        return self.norm(x)

    def logits(self, hidden: torch.Tensor) -> torch.Tensor:
        return F.linear(hidden, self.embed_tokens.weight)
