/** What a cause is: a value with an id, and one pure function from a death's circumstances to a judgement. */
import type {Circumstances} from '../ledger/circumstances.js';
import type {Branch, Cause, Evidence, Judgement} from './verdict.js';

export type CauseRule = {
  readonly id: Cause;
  /** One line for a person: what it means when this cause is named. */
  readonly means: string;
  /** The branch of a life that had booted; a life that never did is `boot` whatever ended it. */
  readonly branch: Branch;
  /** Whether it is deliberate. Undefined while the origin cannot be told. */
  readonly expected: boolean | undefined;
  readonly judge: (circumstances: Circumstances) => Judgement;
};

export function confirmed(...evidence: readonly Evidence[]): Judgement {
  return {verdict: 'confirmed', evidence};
}

export function likely(...evidence: readonly Evidence[]): Judgement {
  return {verdict: 'likely', evidence};
}

export function possible(...evidence: readonly Evidence[]): Judgement {
  return {verdict: 'possible', evidence};
}

export function ruledOut(...evidence: readonly Evidence[]): Judgement {
  return {verdict: 'ruled-out', evidence};
}

export function insufficient(...missing: readonly string[]): Judgement {
  return {verdict: 'insufficient', evidence: [], missing};
}
