/**
 * The guide's five steps over one incident: what each has found by now, or what is missing and how to get it.
 *
 * The order is the point: boot, runtime or recycle; timing; heavy paths; boot log and changes; and only then a
 * decision. A step that has nothing to go on says so, and the decision says which steps it is still waiting for.
 */
import type {Finding, GuideCase, GuideInput} from './guide-case.js';
import {decision} from './guide-decision.js';
import {incidentWindow} from './incident-window.js';
import {bootFinding, branchFinding, pathFinding, timingFinding} from './guide-findings.js';
import type {StepNumber} from './next-steps-table.js';

export type GuideStep = Finding & {readonly step: StepNumber; readonly title: string};

export const stepTitles: Readonly<Record<StepNumber, string>> = {
  1: 'At boot, at runtime, or a recycle that is expected?',
  2: 'Timing against traffic and memory',
  3: 'Request paths that end in timeouts',
  4: 'Boot log, and what was changed before',
  5: 'Decide: startup failure, runtime pressure, or normal recycle',
};

export function guideSteps(input: GuideInput): readonly GuideStep[] {
  const guideCase = caseOf(input);
  const found = [branchFinding, timingFinding, pathFinding, bootFinding].map((find) => find(guideCase));
  return [...found, decision(guideCase, found)].map((finding, index) => {
    const step = (index + 1) as StepNumber;
    return {step, title: stepTitles[step], ...finding};
  });
}

function caseOf(input: GuideInput): GuideCase {
  const {restarts: recent, faults} = incidentWindow(input.restarts, input.at.wallMs);
  return {
    ...input,
    recent,
    faults,
    without: (ids, what) =>
      input.sources
        .filter(({id, state}) => ids.includes(id) && state !== 'ok')
        .map(({id, why, unlock}) => ({
          what: `${what} (${id}${why === undefined ? '' : `: ${why}`})`,
          how: unlock ?? 'nothing known would unlock it here',
        })),
  };
}
