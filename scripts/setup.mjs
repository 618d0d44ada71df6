// Makes a fresh clone ready: dependencies, system tools, build. Does only what is missing, so it is quick
// the second time. Plain JavaScript on Node's own modules, because it runs before anything is installed.
//   node scripts/setup.mjs [--for demo|test]
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const purpose = process.argv.includes('--for') ? process.argv[process.argv.indexOf('--for') + 1] : 'demo';

/** Each need: programs of which one is enough, the Debian packages that bring it, whether Booth can go without. */
const needs = [
  { what: 'ffmpeg', programs: ['ffmpeg'], packages: ['ffmpeg'], required: true },
  { what: 'a speech engine', programs: ['espeak-ng', 'festival'], packages: ['espeak-ng'], required: false },
];
const testNeeds = [
  { what: 'espeak-ng', programs: ['espeak-ng'], packages: ['espeak-ng'], required: true },
  { what: 'festival', programs: ['text2wave'], packages: ['festival', 'festvox-kallpc16k'], required: true },
  { what: 'aplay', programs: ['aplay'], packages: ['alsa-utils'], required: true },
  { what: 'Chromium', programs: ['chromium'], packages: ['chromium', 'libvulkan1'], required: true },
];

function fail(message) {
  console.error(`setup: ${message}`);
  process.exit(1);
}

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  return result.status === 0;
}

function onPath(program) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)));
}

function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

function newest(folder) {
  const entries = readdirSync(folder, { withFileTypes: true });
  return Math.max(
    0,
    ...entries.map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? newest(path) : modified(path);
    }),
  );
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 12)) return;
  fail(`Node.js ${process.versions.node} is too old: Booth needs 20.12 or newer (https://nodejs.org).`);
}

function installDependencies() {
  const stamp = join(root, 'node_modules', '.package-lock.json');
  if (modified(stamp) >= modified(join(root, 'package-lock.json'))) return;
  console.error('setup: installing the npm packages …');
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  if (!run('npm', ['ci', '--loglevel=error'], { env })) {
    fail('the npm packages could not be installed; run "npm ci" to see why.');
  }
}

function installTools(wanted) {
  const missing = wanted.filter((need) => !need.programs.some(onPath));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.flatMap((need) => need.packages))];
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const canInstall =
    onPath('apt-get') &&
    (sudo.length === 0 || (onPath('sudo') && spawnSync('sudo', ['-n', 'true']).status === 0));
  if (canInstall) {
    console.error(`setup: installing ${missing.map((need) => need.what).join(', ')} …`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const apt = (...args) => {
      const [program, ...rest] = [...sudo, 'apt-get', '-qq', ...args];
      return run(program, rest, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    };
    apt('update');
    apt('install', '-y', '--no-install-recommends', ...packages);
  }
  for (const need of missing) {
    if (need.programs.some(onPath)) continue;
    const how = onPath('apt-get')
      ? `sudo ${command}`
      : `install ${need.what} with your system's package manager (on macOS: brew install ${need.packages[0]})`;
    if (need.required) fail(`${need.what} is missing. Run: ${how}`);
    console.warn(
      `setup: ${need.what} is missing, so there will be captions but no voice. To add it, run: ${how}`,
    );
  }
}

function build() {
  const stamp = join(root, 'dist', 'cli.js');
  const sources = Math.max(
    newest(join(root, 'src')),
    modified(join(root, 'tsconfig.build.json')),
    modified(join(root, 'package.json')),
  );
  if (modified(stamp) >= sources) return;
  console.error('setup: building …');
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  if (!run('npm', ['run', '--silent', 'build'])) fail('the build failed; its errors are above.');
}

checkNode();
installDependencies();
installTools(purpose === 'test' ? [...needs, ...testNeeds] : needs);
build();
