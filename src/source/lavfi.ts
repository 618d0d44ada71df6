/**
 * The filters that a `lavfi:` input may use: generators and plain picture filters. Everything that can open
 * a file or a socket (`movie`, `life`, `drawtext`, `subtitles`, `frei0r`, …) is absent, so it is refused.
 */
const FILTERS = new Set([
  ...[
    'testsrc',
    'testsrc2',
    'rgbtestsrc',
    'yuvtestsrc',
    'smptebars',
    'smptehdbars',
    'pal75bars',
    'pal100bars',
  ],
  ...[
    'color',
    'nullsrc',
    'mandelbrot',
    'gradients',
    'mptestsrc',
    'sierpinski',
    'allrgb',
    'allyuv',
    'colorspectrum',
  ],
  ...['sine', 'anullsrc', 'anoisesrc'],
  ...['null', 'copy', 'format', 'fps', 'scale', 'crop', 'pad', 'trim', 'setpts', 'settb', 'setsar', 'loop'],
  ...['drawbox', 'drawgrid', 'hue', 'negate', 'noise', 'hflip', 'vflip', 'transpose', 'rotate', 'fade', 'eq'],
  ...['select', 'tpad', 'overlay', 'split', 'hstack', 'vstack', 'concat', 'realtime'],
]);

/** Letters that neither quote nor escape, so that what is checked here is what ffmpeg reads. */
const PLAIN = /^[\w :=,;.@[\]+*()|#/-]+$/;

/** One filter of a graph: `[in]name@id=options[out]`. */
const FILTER = /^\s*(?:\[\w+\])*(\w+)(?:@\w+)?(?:=([^[\]]*))?(?:\[\w+\])*\s*$/;

/**
 * Why a filter graph is refused, or `null` when it is fine. An option named `/option` is refused too:
 * it loads its value from a file (ffmpeg-filters, "Filtergraph syntax").
 */
export function lavfiFault(graph: string): string | null {
  if (!PLAIN.test(graph))
    return 'it holds a quote, an escape or another letter that has no place in a generator';
  for (const filter of graph.split(/[,;]/)) {
    const [, name = filter, options = ''] = FILTER.exec(filter) ?? [];
    if (!FILTERS.has(name)) return `"${name}" is not one of the generators and filters that are allowed`;
    const fault = options.split(':').find((option) => /^\s*\/|file/i.test(option));
    if (fault !== undefined) return `the option "${fault}" could read a file`;
  }
  return null;
}
