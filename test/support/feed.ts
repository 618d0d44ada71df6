import { WebSocket } from 'ws';
import type { Cue } from '../../src/media/cue.js';

/** Every cue of a feed until its end; `url` is its page. */
export function feedOf(url: string): Promise<Cue[]> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/feed`);
    const cues: Cue[] = [];
    socket.on('error', reject);
    socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', since: -1 })));
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as { type: string; payload: Cue };
      if (message.type === 'cue') cues.push(message.payload);
      if (message.type === 'end') resolve(cues);
    });
    socket.on('close', () => resolve(cues));
  });
}
