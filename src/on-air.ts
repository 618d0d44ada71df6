import { interval, map } from 'rxjs';
import { writeSrt } from './captions/srt.js';
import { writeVtt } from './captions/vtt.js';
import type { Closer } from './closer.js';
import type { Config } from './config.js';
import type { Crew } from './crew.js';
import { type ChannelServer, startServer } from './server/http.js';
import type { ProgrammeOptions } from './server/programme.js';
import type { Source } from './source/source.js';
import type { Track } from './track.js';

/** Milliseconds between two reports of a run's numbers to the page. */
const STATS_MS = 1_000;

export interface OnAirOptions {
  readonly config: Config;
  readonly crew: Crew;
  readonly source: Source;
  readonly tracks: readonly Track[];
}

/** Puts a run where others can follow it, on a shared server or one of its own; returns where. Raises CANNOT_LISTEN. */
export async function goOnAir(
  shared: ChannelServer | true,
  options: OnAirOptions,
  closer: Closer,
): Promise<string> {
  const programme = programmeOf(options);
  const server =
    shared === true
      ? await startServer(programme)
      : shared.open(options.config.commentator.channel, programme);
  return closer.own(server).url;
}

function programmeOf({ config, crew, source, tracks }: OnAirOptions): ProgrammeOptions {
  const { name, live } = source.info;
  const { name: model, device } = crew.vlm.info;
  return {
    config: config.server,
    about: { title: name, source: name, model, device, live },
    channels: tracks.map((track) => ({
      ...track,
      persona: crew.persona.file.name,
      stats: interval(STATS_MS).pipe(map(() => track.meter.stats())),
    })),
    previews: source.previews(),
    captions: {
      vtt: (cues) => writeVtt(cues, config.captions),
      srt: (cues) => writeSrt(cues, config.captions),
    },
  };
}
