// A skipped test proves nothing: everything that can run on this machine must run.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const skipped = report.testResults
  .flatMap((file) => file.assertionResults)
  .filter((test) => test.status === 'pending' || test.status === 'skipped' || test.status === 'todo');
for (const test of skipped) console.error(`skipped: ${test.fullName}`);
console.log(`${report.numPassedTests} passed, ${report.numFailedTests} failed, ${skipped.length} skipped`);
process.exit(skipped.length > 0 || report.numPassedTests === 0 || !report.success ? 1 : 0);
