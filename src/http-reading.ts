/** What a resource read over HTTP may open, a playlist's segments included: ffmpeg's `-protocol_whitelist`. */
export const HTTP_WHITELIST: readonly string[] = ['http', 'https', 'httpproxy', 'tcp', 'tls', 'crypto'];

/** What ffprobe and ffmpeg are told, or a silent peer blocks them for ever; microseconds (ffmpeg-protocols). */
export const HTTP_STALL_GUARD: readonly string[] = ['-rw_timeout', '5000000'];

/** What ffmpeg is told besides: it asks again for what breaks off, for a few seconds. */
export const HTTP_RECONNECT: readonly string[] = [
  ...['-reconnect', '1', '-reconnect_streamed', '1', '-reconnect_on_network_error', '1'],
  ...['-reconnect_delay_max', '4'],
];
