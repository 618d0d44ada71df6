import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BoothError } from '../errors.js';
import { GRAPHS, type GraphName } from '../onnx/names.js';
import { modelInvalid } from './checked-json.js';
import type { Manifest } from './manifest.js';

/** One precision of a model's weights: its name, and its graphs' files. */
export interface Variant {
  readonly dtype: string;
  readonly graphs: Readonly<Record<GraphName, string>>;
}

/** `use_external_data_format` of config.json: how many files of weights lie beside each graph, by full name or by graph. */
export type ExternalData = boolean | number | Readonly<Record<string, boolean | number>>;

/** `dtype` is one that the manifest names, or `auto` for its first one whose files are all there. Raises MODEL_INVALID. */
export async function chooseVariant(
  path: string,
  manifest: Manifest,
  dtype: string,
  external: ExternalData,
): Promise<Variant> {
  const known = Object.entries(manifest.dtypes);
  const there = await readdir(join(path, 'onnx')).catch((): string[] => []);
  const complete = known.filter(([, { suffix }]) =>
    GRAPHS.every((name) => there.includes(`${name}${suffix}.onnx`)),
  );
  const chosen = dtype === 'auto' ? complete[0] : complete.find(([name]) => name === dtype);
  if (chosen === undefined)
    throw noVariant(
      path,
      dtype,
      complete.map(([name]) => name),
    );
  const [name, { suffix }] = chosen;
  for (const graph of GRAPHS)
    for (const file of dataFiles(graph, suffix, external))
      if (!there.includes(file)) throw modelInvalid(`it lacks ${join(path, 'onnx', file)}`);
  const file = (graph: GraphName) => join(path, 'onnx', `${graph}${suffix}.onnx`);
  return {
    dtype: name,
    graphs: {
      vision_encoder: file('vision_encoder'),
      embed_tokens: file('embed_tokens'),
      decoder_model_merged: file('decoder_model_merged'),
    },
  };
}

function noVariant(path: string, dtype: string, whole: readonly string[]): BoothError {
  if (whole.length === 0)
    return modelInvalid(
      `${path} has no whole set of graphs (onnx/{${GRAPHS.join(',')}}.onnx, in any variant)`,
    );
  return new BoothError(
    'MODEL_INVALID',
    `${path} has no whole set of graphs for --dtype ${dtype}: choose --dtype ${whole.join(' or ')}, or get the model again in ${dtype}.`,
  );
}

/** Large weights lie beside the graph as `X.onnx_data`, `X.onnx_data_1`, … */
function dataFiles(graph: GraphName, suffix: string, external: ExternalData): string[] {
  const file = `${graph}${suffix}.onnx`;
  const parts = Number(typeof external === 'object' ? (external[file] ?? external[graph] ?? 0) : external);
  return Array.from({ length: parts }, (_, part) => `${file}_data${part === 0 ? '' : `_${part}`}`);
}

/** Bytes of a variant's graphs with the weights beside them. */
export async function weightBytes({ graphs }: Variant): Promise<number> {
  const sizes = await Promise.all(Object.values(graphs).map(withData));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function withData(graph: string): Promise<number> {
  const sizeOf = (file: string) =>
    stat(file).then(
      ({ size }) => size,
      () => 0,
    );
  let total = await sizeOf(graph);
  for (let part = 0; ; part++) {
    const size = await sizeOf(`${graph}_data${part === 0 ? '' : `_${part}`}`);
    if (size === 0) return total;
    total += size;
  }
}
