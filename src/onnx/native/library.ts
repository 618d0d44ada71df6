import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What the shared library is called on Linux, macOS and Windows. */
const LIBRARY = /^(libonnxruntime\.so\.\d+|libonnxruntime\.\d+\.dylib|onnxruntime\.dll)$/;

/**
 * The path of the ONNX Runtime library that the npm package onnxruntime-node ships for this platform: the one that its own binding
 * uses, so that both runtimes compute with the same code. Raises an error where the package has none.
 */
export async function findLibrary(): Promise<string> {
  const root = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const builds = join(root, 'bin');
  for (const napi of await readdir(builds)) {
    const folder = join(builds, napi, process.platform, process.arch);
    const names = await readdir(folder).catch((): string[] => []);
    const name = names.find((each) => LIBRARY.test(each));
    if (name !== undefined) return join(folder, name);
  }
  throw new Error(`onnxruntime-node ships no library for ${process.platform}-${process.arch}`);
}
