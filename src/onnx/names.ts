/** The graphs that a vision-language model consists of, by the hub's names. */
export const GRAPHS = ['vision_encoder', 'embed_tokens', 'decoder_model_merged'] as const;
export type GraphName = (typeof GRAPHS)[number];

/** Variants of the weights, and what their graphs' names end in (the hub's convention). */
export const SUFFIXES = {
  q4: '_q4',
  q8: '_quantized',
  fp32: '',
  fp16: '_fp16',
  q4f16: '_q4f16',
  int8: '_int8',
  uint8: '_uint8',
  bnb4: '_bnb4',
} as const;
export type Dtype = keyof typeof SUFFIXES;
