/**
 * Judges again what `FAULTS_KEEP=FOLDER npm run test:faults` kept, with the rules as they are now: `FAULTS_KEEP=FOLDER npm
 * run judge:again`. Words after it choose the faults whose names hold one of them, and tell all about those that are wrong;
 * without, GUNSPECT_WRITE_RESULTS=1 writes the page of results.
 */
import {allTargets, nameOf} from '../test/faults/targets.js';
import {keptTrials} from '../test/faults/kept.js';
import {explain, resultOf} from '../test/faults/results.js';
import {pageOf, writeResults} from '../test/faults/results-page.js';

const wanted = process.argv.slice(2);
const trials = await keptTrials(({id}) => wanted.length === 0 || wanted.some((word) => id.includes(word)));
const targets = await allTargets();
const results = trials
  .map((trial) => ({
    ...trial,
    target: targets.find((target) => nameOf(target) === nameOf(trial.target)) ?? trial.target,
  }))
  .map((trial) => resultOf(trial));
if (wanted.length > 0) {
  for (const result of results.filter(({wrong}) => wrong.length > 0)) {
    process.stdout.write(`${explain(result)}\n\n`);
  }
}

const page = pageOf(results, targets);
process.stdout.write(`${page}\n`);
if (wanted.length === 0) {
  writeResults(page);
}
