import { giveLargeBlocksBack, OrtApi, type Pointer } from './api.js';
import { findLibrary } from './library.js';

/** `OrtLoggingLevel` FATAL: what fails is raised, not printed. */
export const LOG_LEVEL = 4;

/** `OrtArenaAllocator` and `OrtMemTypeDefault`. */
const ARENA_ALLOCATOR = 1;
const MEMORY_DEFAULT = 0;

/** The library, and what of it lives as long as the process. */
export interface Native {
  readonly api: OrtApi;
  readonly env: Pointer;
  /** Says of a buffer that it is in the processor's memory. */
  readonly memory: Pointer;
  readonly allocator: Pointer;
}

let native: Promise<Native> | undefined;

/** Raises an error where this platform has no library, or one without the C API that is needed. */
export function loadNative(): Promise<Native> {
  native ??= findLibrary().then((path) => {
    const api = new OrtApi(path);
    giveLargeBlocksBack();
    return {
      api,
      env: api.get('CreateEnv', LOG_LEVEL, 'booth'),
      memory: api.get('CreateCpuMemoryInfo', ARENA_ALLOCATOR, MEMORY_DEFAULT),
      allocator: api.get('GetAllocatorWithDefaultOptions'),
    };
  });
  return native;
}
