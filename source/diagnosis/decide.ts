/**
 * From the judgements of all rules to one verdict.
 *
 * The best supported cause wins. It is `certain` only when its rule confirmed it and every other rule was ruled out by
 * a fact that nobody could have forged; one rival that could not be looked at makes it `likely`. When no rule holds, a
 * clean exit is `clean-exit` and anything else `unknown`, with whatever could not be excluded as candidates.
 */
import type {Circumstances} from '../ledger/circumstances.js';
import {branchOf} from './branch.js';
import type {CauseRule} from './cause-rule.js';
import {causeRules} from './cause-rules.js';
import {logsExitCodes} from '../gunicorn/versions.js';
import {exitCode, exitEvidence, known, ownLine} from './facts.js';
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
  const winner = withVerdict(judged, 'confirmed')[0] ?? withVerdict(judged, 'likely')[0] ?? onlyPossible(c, judged);
  const others = judged.filter((other) => other !== winner);
  const rivals = others.filter(({judgement}) => judgement.verdict !== 'ruled-out');
  const excluded = others.filter(({judgement}) => judgement.verdict === 'ruled-out');
  const against = excluded.flatMap(({judgement}) => judgement.evidence);
  const missing = [...new Set(rivals.flatMap(({judgement}) => judgement.missing ?? []))];
  if (!winner)
    return {
      cause: endedWithZero(c) ? 'clean-exit' : 'unknown',
      branch: branchOf(c, undefined),
      confidence: 'possible',
      evidence: distinct([
        ...known(...exitEvidence(c, {}), ownLine(c, 'worker-exiting', {})),
        ...rivals.flatMap(({judgement}) => judgement.evidence),
        ...against,
      ]),
      candidates: candidatesOf(rivals),
      missing,
    };

  const {rule, judgement} = winner;
  const confidence = confidenceOf(judgement, rivals, excluded);
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

/**
 * A merely possible cause is named only when it is the only one with anything to show for it; and never for a clean
 * exit while the master lives, for which there are always more causes than can be looked at.
 */
function onlyPossible(c: Circumstances, judged: readonly Judged[]): Judged | undefined {
  const [first, ...more] = withVerdict(judged, 'possible');
  return more.length === 0 && (first?.rule.branch === 'platform' || !leftCleanly(c)) ? first : undefined;
}

function confidenceOf(judgement: Judgement, rivals: readonly Judged[], excluded: readonly Judged[]): Confidence {
  if (judgement.verdict === 'possible') return 'possible';
  const isSolid =
    rivals.length === 0 &&
    judgement.evidence.every(({loose}) => !loose) &&
    excluded.every((other) => other.judgement.evidence.some(({loose}) => !loose));
  return judgement.verdict === 'confirmed' && isSolid ? 'certain' : 'likely';
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

/** Where gunicorn prints every other exit code, a farewell without one was an exit with 0; before 21.0 it prints none. */
function endedWithZero(c: Circumstances): boolean {
  return exitCode(c) === 0 || (leftCleanly(c) && logsExitCodes(c.version) !== false);
}

function leftCleanly(c: Circumstances): boolean {
  return exitCode(c) === 0 || (c.exit === undefined && ownLine(c, 'worker-exiting', {}) !== undefined);
}

/** The same fact is found by several rules: it is shown once for each cause that it speaks for or against. */
function distinct(evidence: readonly Evidence[]): readonly Evidence[] {
  const seen = new Set<string>();
  return evidence.filter(({source, fact, supports, contradicts}) => {
    const key = [source, fact, supports, contradicts].join('|');
    return seen.has(key) ? false : seen.add(key);
  });
}
