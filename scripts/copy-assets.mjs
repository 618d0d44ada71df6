// After tsc: what the built program needs beside its JavaScript.
import { chmodSync, cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
for (const folder of ['server/page', 'personas/bundled']) {
  cpSync(join(root, 'src', folder), join(root, 'dist', folder), { recursive: true });
}
chmodSync(join(root, 'dist', 'cli.js'), 0o755);
