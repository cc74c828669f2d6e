import {afterAll, test} from 'vitest';
import {NotAttached} from '../helpers/watch-stream.js';
import {faults} from './faults.js';
import {allTargets, nameOf} from './targets.js';
import {absentHere} from './absent-here.js';
import {explain, resultOf, type Result} from './results.js';
import {pageOf, summaryOf, writeResults} from './results-page.js';
import {runTrial} from './trial.js';

const targets = await allTargets();
const results: Result[] = [];

afterAll(() => {
  const page = pageOf(results, targets);
  process.stdout.write(`\n${page}\n${summaryOf(results)}\n`);
  writeResults(page);
});

for (const fault of faults) {
  for (const target of targets.filter((each) => fault.happensIn(each))) {
    test.concurrent(`${fault.id} is judged rightly in ${nameOf(target)}`, {timeout: 1_800_000}, async (context) => {
      const absent = absentHere(fault.needs);
      if (absent !== undefined) {
        results.push({fault, target, invalid: [], wrong: []});
        context.skip(absent);
      }

      const result = await runTrial(fault, target).then(resultOf, (error: unknown): Result => {
        const isOurs = error instanceof NotAttached;
        return {fault, target, invalid: isOurs ? [] : [String(error)], wrong: isOurs ? [String(error)] : []};
      });
      results.push(result);
      context.expect([...result.invalid, ...result.wrong], explain(result)).toEqual([]);
    });
  }
}
