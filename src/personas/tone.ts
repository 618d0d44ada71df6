export const ENERGIES = ['calm', 'lively', 'excited'] as const;
export const REGISTERS = ['plain', 'warm', 'expert'] as const;

export interface Tone {
  readonly energy?: (typeof ENERGIES)[number] | undefined;
  readonly register?: (typeof REGISTERS)[number] | undefined;
}

const CHINESE: Readonly<Record<string, string>> = {
  calm: '沉稳',
  lively: '活泼',
  excited: '激昂',
  plain: '平实',
  warm: '亲切',
  expert: '内行',
};

/** `calm and expert`, 沉稳、内行; empty where the persona leaves both open. */
export function toneInWords({ energy, register }: Tone, lang: string): string {
  const words = [energy, register].filter((word) => word !== undefined);
  return lang === 'zh' ? words.map((word) => CHINESE[word] ?? word).join('、') : words.join(' and ');
}
