import koffi, { type KoffiFunc } from 'koffi';

/** An address in this process; 0n is null. */
export type Pointer = bigint;
export type Argument = Pointer | number | string | ArrayBufferView;

/** The version of the C API that is asked for: the lowest that has all of `FUNCTIONS`. Every later library gives it too. */
const API_VERSION = 13;

const POINTER = 'void *';
const TEXT = 'const char *';
const PATH = process.platform === 'win32' ? 'const char16_t *' : TEXT;
const SIZE = 'size_t';

/**
 * Where each function stands in the struct `OrtApi`, and its arguments. The struct only ever grows at its end: see
 * `include/onnxruntime/core/session/onnxruntime_c_api.h` of microsoft/onnxruntime.
 */
const FUNCTIONS = {
  GetErrorMessage: [2, POINTER],
  CreateEnv: [3, 'int', TEXT, POINTER],
  CreateSession: [7, POINTER, PATH, POINTER, POINTER],
  Run: [9, POINTER, POINTER, POINTER, POINTER, SIZE, POINTER, SIZE, POINTER],
  CreateSessionOptions: [10, POINTER],
  DisableMemPattern: [17, POINTER],
  SetSessionLogSeverityLevel: [22, POINTER, 'int'],
  SetIntraOpNumThreads: [24, POINTER, 'int'],
  SessionGetInputCount: [30, POINTER, POINTER],
  SessionGetOutputCount: [31, POINTER, POINTER],
  SessionGetInputTypeInfo: [33, POINTER, SIZE, POINTER],
  SessionGetOutputTypeInfo: [34, POINTER, SIZE, POINTER],
  SessionGetInputName: [36, POINTER, SIZE, POINTER, POINTER],
  SessionGetOutputName: [37, POINTER, SIZE, POINTER, POINTER],
  CreateRunOptions: [39, POINTER],
  RunOptionsSetTerminate: [46, POINTER],
  CreateTensorWithDataAsOrtValue: [49, POINTER, POINTER, SIZE, POINTER, SIZE, 'int', POINTER],
  GetTensorMutableData: [51, POINTER, POINTER],
  CastTypeInfoToTensorInfo: [55, POINTER, POINTER],
  GetTensorElementType: [60, POINTER, POINTER],
  GetDimensionsCount: [61, POINTER, POINTER],
  GetDimensions: [62, POINTER, POINTER, SIZE],
  GetSymbolicDimensions: [63, POINTER, POINTER, SIZE],
  GetTensorTypeAndShape: [65, POINTER, POINTER],
  CreateCpuMemoryInfo: [69, 'int', 'int', POINTER],
  AllocatorFree: [76, POINTER, POINTER],
  GetAllocatorWithDefaultOptions: [78, POINTER],
  ReleaseStatus: [93, POINTER],
  ReleaseSession: [95, POINTER],
  ReleaseValue: [96, POINTER],
  ReleaseRunOptions: [97, POINTER],
  ReleaseTypeInfo: [98, POINTER],
  ReleaseTensorTypeAndShapeInfo: [99, POINTER],
  ReleaseSessionOptions: [100, POINTER],
  AddSessionConfigEntry: [130, POINTER, TEXT, TEXT],
} as const satisfies Record<string, readonly [number, ...string[]]>;

type FunctionName = keyof typeof FUNCTIONS;
type Native = KoffiFunc<(...args: Argument[]) => unknown>;

/** What a function returns: text, nothing, or a status, null for success. */
function resultOf(name: FunctionName): string {
  if (name === 'GetErrorMessage') return TEXT;
  return name.startsWith('Release') ? 'void' : POINTER;
}

/**
 * ONNX Runtime's C API. Whoever creates something releases it; what a function was given must live until it returns. Failures
 * raise plain errors with the library's message.
 */
export class OrtApi {
  readonly version: string;
  /** Held, because koffi takes the library out of the process when its handle is collected, from under every function below. */
  readonly library: object;
  readonly #functions: Readonly<Record<FunctionName, Native>>;

  /** Loads the library at `path`; raises an error when it has no C API of the version that is needed. */
  constructor(path: string) {
    configure();
    const library = koffi.load(path);
    this.library = library;
    const base: unknown = library.func('OrtGetApiBase', POINTER, [])();
    // struct OrtApiBase { const OrtApi* (*GetApi)(uint32_t version); const char* (*GetVersionString)(void); }
    const getApi = functionAt(base, 0, POINTER, ['uint32_t']);
    this.version = String(functionAt(base, 1, TEXT, [])());
    const api = getApi(API_VERSION);
    if (api === null) throw new Error(`ONNX Runtime ${this.version} has no C API of version ${API_VERSION}`);
    const entries = Object.entries(FUNCTIONS).map(([name, [index, ...args]]) => [
      name,
      functionAt(api, index, resultOf(name as FunctionName), args),
    ]);
    this.#functions = Object.fromEntries(entries) as Record<FunctionName, Native>;
  }

  /** Calls a function that returns a status. */
  call(name: FunctionName, ...args: Argument[]): void {
    this.#check(this.#functions[name](...args));
  }

  /** Calls a function whose last argument receives an address or a number of 64 bits. */
  get(name: FunctionName, ...args: Argument[]): bigint {
    const received = new BigUint64Array(1);
    this.call(name, ...args, received);
    return received[0] as bigint;
  }

  /**
   * Calls a function on a thread of its own. The callback closes over `args`, so that the arrays among them live until it has returned;
   * what they point at is for the caller to keep.
   */
  callAsync(name: FunctionName, ...args: Argument[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#functions[name].async(...args, (error: Error | null, status: unknown) => {
        try {
          if (error !== null) throw error;
          this.#check(status);
          resolve();
        } catch (thrown) {
          reject(thrown);
        }
      });
    });
  }

  /** Calls a function that cannot fail. */
  release(name: Extract<FunctionName, `Release${string}`>, pointer: Pointer): void {
    this.#functions[name](pointer);
  }

  #check(status: unknown): void {
    if (typeof status !== 'bigint' || status === 0n) return;
    const message = String(this.#functions.GetErrorMessage(status));
    this.release('ReleaseStatus', status);
    throw new Error(message);
  }
}

/** A copy of `bytes` bytes at an address. */
export function bytesAt(address: Pointer, bytes: number): ArrayBuffer {
  return bytes === 0 ? new ArrayBuffer(0) : koffi.view(address, bytes).slice(0);
}

/** The text that ends with a zero byte at an address. */
export function textAt(address: Pointer): string {
  return String(koffi.decode.string(address));
}

/** Where the bytes of a view are. They stay there: only what lives outside of V8's heap is given to the library. */
export function addressOf(view: ArrayBufferView): Pointer {
  return koffi.address(view);
}

/** `M_MMAP_THRESHOLD` of malloc.h, and the value that glibc starts with: mallopt(3). */
const MMAP_THRESHOLD = -3;
const THRESHOLD_BYTES = 128 * 1024;

/**
 * Has glibc give large blocks back to the system as soon as they are freed. Left to itself it raises the size from which it does so with every
 * large block that is freed, and then keeps those that a look leaves behind as ever more and smaller pieces. Does nothing elsewhere. It
 * holds for the whole process. To be called after `OrtApi` is made: koffi takes no settings once anything is loaded.
 */
export function giveLargeBlocksBack(): void {
  try {
    koffi.load(null).func('mallopt', 'int', ['int', 'int'])(MMAP_THRESHOLD, THRESHOLD_BYTES);
  } catch {
    // Another C library, which has its own ways.
  }
}

let configured = false;

/** Loading and running a graph need more stack than the 128 KiB that koffi gives to a call on another thread. */
function configure(): void {
  if (configured) return;
  koffi.config({ sync_stack_size: STACK_BYTES, async_stack_size: STACK_BYTES });
  configured = true;
}

const STACK_BYTES = 8 * 1024 * 1024;

/** Function number `index` of a struct of function pointers. */
function functionAt(struct: unknown, index: number, result: string, args: readonly string[]): Native {
  const pointer: unknown = koffi.decode(struct, index * koffi.sizeof(POINTER), POINTER);
  return koffi.decode(pointer, koffi.proto(result, [...args]));
}
