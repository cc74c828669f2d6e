/**
 * From the judgements of all rules to one verdict.
 *
 * The best supported cause wins. It is `certain` only when its rule confirmed it and every other rule was ruled out by
 * a fact; one rival that nobody could look at makes it `likely`. When no rule holds, a clean exit is `clean-exit` and
 * anything else `unknown`, with whatever could not be excluded as candidates.
 */
import type {Circumstances} from '../ledger/circumstances.js';
import type {CauseRule} from './cause-rule.js';
import {causeRules} from './cause-rules.js';
import {exitCode, exitEvidence, exitSignal, ownLine} from './facts.js';
import type {Branch, Candidate, Cause, Confidence, Evidence, Judgement} from './verdict.js';

export type Verdict = {
  readonly cause: Cause;
  readonly branch: Branch;
  readonly confidence: Confidence;
  readonly expected?: boolean;
  /** What speaks for the cause first, then what excluded the others. */
  readonly evidence: readonly Evidence[];
  /** The cause itself first, then what could not be excluded. */
  readonly candidates: readonly Candidate[];
  /** What would have told more. */
  readonly missing: readonly string[];
};

type Judged = {readonly rule: CauseRule; readonly judgement: Judgement};

export function decide(c: Circumstances): Verdict {
  const judged = causeRules.map((rule): Judged => ({rule, judgement: rule.judge(c)}));
  const winner = withVerdict(judged, 'confirmed')[0] ?? withVerdict(judged, 'likely')[0] ?? onlyPossible(judged);
  const rivals = judged.filter(({rule, judgement}) => rule !== winner?.rule && judgement.verdict !== 'ruled-out');
  const against = judged.flatMap(({rule, judgement}) =>
    rule !== winner?.rule && judgement.verdict === 'ruled-out' ? judgement.evidence : [],
  );
  const missing = [...new Set(rivals.flatMap(({judgement}) => judgement.missing ?? []))];
  if (!winner) {
    const cause = leftCleanly(c) ? 'clean-exit' : 'unknown';
    const supporting = rivals.flatMap(({judgement}) => judgement.evidence);
    const own = [...exitEvidence(c, {}), ownLine(c, 'worker-exiting', {})].filter((item) => item !== undefined);
    return {
      cause,
      branch: branchOf(c, undefined),
      confidence: 'possible',
      evidence: distinct([...own, ...supporting, ...against]),
      candidates: candidatesOf(rivals),
      missing,
    };
  }

  const {rule, judgement} = winner;
  const confidence = confidenceOf(judgement, rivals);
  return {
    cause: rule.id,
    branch: branchOf(c, rule),
    confidence,
    ...(rule.expected !== undefined && {expected: rule.expected}),
    evidence: distinct([...judgement.evidence, ...against]),
    candidates: [{cause: rule.id, confidence}, ...candidatesOf(rivals)],
    missing,
  };
}

function withVerdict(judged: readonly Judged[], verdict: Judgement['verdict']): readonly Judged[] {
  return judged.filter(({judgement}) => judgement.verdict === verdict);
}

/** A merely possible cause is named only when it is the only one with anything to show for it. */
function onlyPossible(judged: readonly Judged[]): Judged | undefined {
  const all = withVerdict(judged, 'possible');
  return all.length === 1 ? all[0] : undefined;
}

function confidenceOf(judgement: Judgement, rivals: readonly Judged[]): Confidence {
  if (judgement.verdict === 'possible') return 'possible';
  return judgement.verdict === 'confirmed' && rivals.length === 0 ? 'certain' : 'likely';
}

/** Rivals with something to show for them come before those that could only not be looked at. */
function candidatesOf(rivals: readonly Judged[]): readonly Candidate[] {
  return (['confirmed', 'likely', 'possible', 'insufficient'] as const).flatMap((verdict) =>
    withVerdict(rivals, verdict).map(({rule}): Candidate => ({
      cause: rule.id,
      confidence: verdict === 'confirmed' || verdict === 'likely' ? 'likely' : 'possible',
    })),
  );
}

/** The branch is the life's: one that never finished booting is `boot`, whatever ended it. */
function branchOf(c: Circumstances, rule: CauseRule | undefined): Branch {
  if (rule?.id === 'gave-up')
    return c.siblings.endedNear.some((other) => other.booted === false) ? 'boot' : haltBranch(c);
  if (rule?.id === 'boot-error' || c.life.booted === false) return 'boot';
  return rule?.branch ?? 'unknown';
}

/** gunicorn says "failed to boot" for a sys.exit(3) while serving too: then the worker behind it had served for a while. */
function haltBranch(c: Circumstances): Branch {
  return c.siblings.endedNear.some((other) => other.booted === true && codeThatHalts(other)) ? 'runtime' : 'boot';
}

function codeThatHalts(life: Circumstances['life']): boolean {
  return life.log.some(({event}) => event.event === 'exited-with-code' && (event.code === 3 || event.code === 4));
}

function leftCleanly(c: Circumstances): boolean {
  return exitCode(c) === 0 || (exitSignal(c) === undefined && ownLine(c, 'worker-exiting', {}) !== undefined);
}

/** The same fact is found by several rules: it is shown once for each cause that it speaks for or against. */
function distinct(evidence: readonly Evidence[]): readonly Evidence[] {
  const seen = new Set<string>();
  return evidence.filter(({source, fact, supports, contradicts}) => {
    const key = [source, fact, supports, contradicts].join('|');
    return seen.has(key) ? false : seen.add(key);
  });
}
