import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addCommonOptions, type CommonFlags, configFlags } from '../../src/cli/options.js';
import { DEFAULTS, makeConfig } from '../../src/config.js';

function parsed(...words: string[]) {
  const command = addCommonOptions(new Command('live').argument('<input>'));
  command.parse(words, { from: 'user' });
  return { input: command.args[0], config: makeConfig(configFlags(command.opts<CommonFlags>())) };
}

describe('the flags of decoding', () => {
  it('reach the configuration, and leave the input alone', () => {
    const words = ['--temperature', '0.7', '--top-p', '0.9', '--top-k', '40', '--repetition-penalty', '1.1'];
    const more = ['--seed', '7', '--max-tokens', '30', '--stop', 'The end', '--stop', '###', 'match.mp4'];
    const { input, config } = parsed(...words, ...more);
    expect(input).toBe('match.mp4');
    expect(config.decoding).toEqual({
      temperature: 0.7,
      topP: 0.9,
      topK: 40,
      repetitionPenalty: 1.1,
      stop: ['The end', '###'],
      seed: 7,
      maxTokens: 30,
      lookahead: DEFAULTS.decoding.lookahead,
    });
    expect(config.endpoint).toMatchObject({ temperature: 0.7, maxTokens: 30 });
  });

  it('are greedy when they are not given', () => {
    const { config } = parsed('match.mp4');
    expect(config.decoding.temperature).toBe(0);
    expect(config.endpoint.temperature).toBe(0.4);
  });

  it.each([
    [['--temperature', 'hot'], /decoding\.temperature/],
    [['--temperature', '3'], /decoding\.temperature/],
    [['--top-p', '0'], /decoding\.topP/],
    [['--top-k', '1.5'], /decoding\.topK/],
    [['--seed', '-1'], /decoding\.seed/],
    [['--stop', ''], /decoding\.stop/],
  ])('%j are refused by name', (words, message) => {
    expect(() => parsed(...words, 'match.mp4')).toThrow(message);
  });
});
