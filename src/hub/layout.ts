import { BoothError } from '../errors.js';
import { type Dtype, GRAPHS, SUFFIXES } from '../onnx/names.js';
import type { RemoteFile } from './tree.js';

/** Variants in the order in which Booth prefers them where nothing else is said. */
export const DTYPES = Object.keys(SUFFIXES) as readonly Dtype[];

const NEEDED = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
/** How pictures are prepared: older repositories have the first, newer ones may have it in the second alone. */
const PICTURES = ['preprocessor_config.json', 'processor_config.json'];
const USEFUL = [
  'booth.json',
  'generation_config.json',
  'chat_template.jinja',
  'chat_template.json',
  'video_preprocessor_config.json',
  'special_tokens_map.json',
  'LICENSE',
  'LICENSE.txt',
  'LICENSE.md',
];

/** Variants whose three graphs are all there. */
export function wholeDtypes(files: readonly RemoteFile[]): Dtype[] {
  const paths = new Set(files.map(({ path }) => path));
  return DTYPES.filter((dtype) => GRAPHS.every((graph) => paths.has(graphPath(graph, dtype))));
}

/**
 * The variant to pull: `wanted`, or for `auto` the first whole one of `preferred` and then of Booth's order.
 * Raises MODEL_DOWNLOAD_FAILED, naming those that the repository has.
 */
export function chooseDtype(
  wanted: string,
  files: readonly RemoteFile[],
  preferred: readonly string[] = [],
): Dtype {
  const whole = wholeDtypes(files);
  const candidates = wanted === 'auto' ? [...preferred, ...DTYPES] : [wanted];
  const chosen = candidates
    .map((name) => whole.find((dtype) => dtype === name))
    .find((dtype) => dtype !== undefined);
  if (chosen !== undefined) return chosen;
  throw new BoothError(
    'MODEL_DOWNLOAD_FAILED',
    whole.length === 0
      ? `The repository is not in the layout that Booth reads: it lacks a whole set of onnx/{${GRAPHS.join(',')}}.onnx. Look for an ONNX export of the model.`
      : `The repository has no graphs for --dtype ${wanted}. It has: ${whole.join(', ')}.`,
  );
}

/** The files that a model of these variants consists of. Raises MODEL_DOWNLOAD_FAILED when a needed one is not there. */
export function filesOf(dtypes: readonly Dtype[], files: readonly RemoteFile[]): RemoteFile[] {
  const paths = new Set(files.map(({ path }) => path));
  const missing = NEEDED.filter((path) => !paths.has(path));
  if (!PICTURES.some((path) => paths.has(path))) missing.push('preprocessor_config.json');
  if (missing.length > 0)
    throw new BoothError(
      'MODEL_DOWNLOAD_FAILED',
      `The repository lacks ${missing.join(', ')}, which Booth needs. Look for an ONNX export of the model with its tokenizer.`,
    );
  const graphs = dtypes.flatMap((dtype) => GRAPHS.map((graph) => graphPath(graph, dtype)));
  return files.filter(
    ({ path }) =>
      [...NEEDED, ...PICTURES, ...USEFUL].includes(path) ||
      graphs.some((graph) => isGraphOrItsData(path, graph)),
  );
}

function graphPath(graph: string, dtype: Dtype): string {
  return `onnx/${graph}${SUFFIXES[dtype]}.onnx`;
}

/** `X.onnx`, `X.onnx_data`, `X.onnx_data_1`, … */
function isGraphOrItsData(path: string, graph: string): boolean {
  return path.startsWith(graph) && /^(_data(_\d+)?)?$/.test(path.slice(graph.length));
}
