import { z } from 'zod';

/** As a part of other patterns. Channels' names are parts of paths, of files' names and of cues' ids. */
export const CHANNEL_NAME = '[a-z0-9-]{1,32}';

export const channelName = z
  .string()
  .regex(new RegExp(`^${CHANNEL_NAME}$`), 'a channel is named by 1 to 32 of a–z, 0–9 and - only');
