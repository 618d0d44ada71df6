import { describe, expect, it } from 'vitest';
import { hub } from '../../src/flow/hub.js';

describe('hub', () => {
  it('gives the history first to who comes late, then what comes', () => {
    const { publish, values, close } = hub<number>(3);
    for (const value of [1, 2, 3, 4]) publish(value);
    const seen: (number | string)[] = [];
    values.subscribe({ next: (value) => seen.push(value), complete: () => seen.push('end') });
    publish(5);
    close();
    expect(seen).toEqual([2, 3, 4, 5, 'end']);
  });

  it('remembers no more than its bound', () => {
    const { publish, history } = hub<number>(2);
    for (let value = 0; value < 100; value++) publish(value);
    expect(history()).toEqual([98, 99]);
    const forgetful = hub<number>(0);
    forgetful.publish(1);
    expect(forgetful.history()).toEqual([]);
  });

  it('keeps the newest value of a key, in the place of the first', () => {
    const { publish, history } = hub<{ id: string; text: string }>(2, (value) => value.id);
    publish({ id: 'a', text: 'He' });
    publish({ id: 'b', text: 'Now' });
    publish({ id: 'a', text: 'He shoots' });
    expect(history().map((value) => value.text)).toEqual(['He shoots', 'Now']);
    publish({ id: 'c', text: 'Goal' });
    expect(history().map((value) => value.id)).toEqual(['b', 'c']);
  });

  it('stays open without values, and silent once it is closed or unsubscribed', () => {
    const { publish, values, history, close } = hub<number>(5);
    const seen: (number | string)[] = [];
    const subscription = values.subscribe({
      next: (value) => seen.push(value),
      complete: () => seen.push('end'),
    });
    expect(seen).toEqual([]);
    publish(1);
    subscription.unsubscribe();
    publish(2);
    close();
    publish(3);
    expect(seen).toEqual([1]);
    expect(history()).toEqual([1, 2]);
    values.subscribe({ next: (value) => seen.push(value), complete: () => seen.push('end') });
    expect(seen).toEqual([1, 1, 2, 'end']);
  });
});
