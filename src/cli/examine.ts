import { messageOf } from '../errors.js';
import { chooseRuntime } from '../onnx/choose-runtime.js';
import { type DeviceReport, probeDevices } from '../onnx/devices.js';
import { findOnPath, run } from '../process.js';
import { describeSpeech, type SpeechReport } from '../speech/describe.js';
import { examineModels, type ModelReport } from './examine-models.js';

export interface ProgramReport {
  readonly name: string;
  readonly found: boolean;
  readonly version: string | null;
  readonly advice: string;
}

export interface RuntimeReport {
  /** What runs models on the processor. */
  readonly name: 'fast' | 'portable';
  /** Why it is not the fast one; empty where it is. */
  readonly advice: string;
}

/** What this machine has for Booth. */
export interface Examination {
  /** True when `booth demo` can do its main job. */
  readonly ok: boolean;
  readonly node: string;
  readonly programs: readonly ProgramReport[];
  readonly speech: readonly SpeechReport[];
  readonly devices: readonly DeviceReport[];
  readonly runtime: RuntimeReport;
  readonly models: readonly ModelReport[];
}

export async function examine(): Promise<Examination> {
  const [programs, speech, devices, runtime, models] = await Promise.all([
    Promise.all(['ffmpeg', 'ffprobe'].map(examineProgram)),
    describeSpeech(),
    probeDevices(),
    examineRuntime(),
    examineModels(),
  ]);
  const works = ({ works }: { works: boolean }) => works;
  const ok = programs.every(({ found }) => found) && devices.some(works) && models.some(works);
  return { ok, node: process.versions.node, programs, speech, devices, runtime, models };
}

async function examineProgram(name: string): Promise<ProgramReport> {
  const path = await findOnPath(name);
  if (path === null) return { name, found: false, version: null, advice: 'sudo apt-get install ffmpeg' };
  try {
    const { stdout } = await run(path, ['-version'], { timeoutMs: 20_000 });
    return { name, found: true, version: /version (\S+)/.exec(stdout.toString())?.[1] ?? null, advice: '' };
  } catch (thrown) {
    return { name, found: false, version: null, advice: `${path} does not run: ${messageOf(thrown)}` };
  }
}

async function examineRuntime(): Promise<RuntimeReport> {
  const { name, warning } = await chooseRuntime('auto', 'cpu');
  return { name, advice: warning?.message ?? '' };
}
