import {resolve} from 'node:path';
import {sourceIds, type SourceId} from '../../source/source-state.js';
import {nobody, othersMayRun, pythonOfEverybody, serviceUser, type Account} from '../helpers/accounts.js';
import {program} from '../helpers/watch-stream.js';
import {hasTracing} from '../helpers/with-tracing.js';
import type {Seen, Target} from './fault.js';

/**
 * From where gunspect looks at a fault: as whom, and with which of its sources. One fault is watched from all of them at
 * once, so that every visibility is judged by the same deaths.
 */
export type Sight = {
  readonly id: string;
  /** Undefined: as whoever runs the tests. */
  readonly account?: Account;
  /** Whether it may look into the processes of gunicorn's user. */
  readonly mayLookInside: boolean;
  readonly without: readonly SourceId[];
};

/** What an older kernel gives to root only, or to nobody. */
const newer: readonly string[] = ['connector', 'signals', 'kernel-log', 'peek'];
const existing = (...ids: readonly string[]): readonly SourceId[] => sourceIds.filter((id) => ids.includes(id));

const areOthersHere = pythonOfEverybody !== undefined && othersMayRun(process.execPath, resolve(program), '--version');
const isRoot = process.getuid?.() === 0;
const asOwner = {mayLookInside: true, ...(areOthersHere && {account: serviceUser})} as const;

/** Whom gunicorn runs as: an ordinary user where we may become one. */
export const gunicornAccount: Account | undefined = areOthersHere ? serviceUser : undefined;

const everySight: readonly Sight[] = [
  ...(isRoot ? [{id: 'root', mayLookInside: true, without: []}] : []),
  ...(areOthersHere || !isRoot ? [{id: 'same user', ...asOwner, without: []}] : []),
  {id: 'same user, no log', ...asOwner, without: ['log']},
  // Until there is a newer source, leaving them out changes nothing.
  ...(existing(...newer).length > 0 ? [{id: 'first sources', ...asOwner, without: existing(...newer)}] : []),
  {id: 'no exits', ...asOwner, without: existing('exits', ...newer)},
  {id: 'no exits, no log', ...asOwner, without: existing('log', 'exits', ...newer)},
  {id: 'no exits or activity', ...asOwner, without: existing('exits', 'activity', ...newer)},
  ...(areOthersHere ? [{id: 'other user', account: nobody, mayLookInside: false, without: []}] : []),
];

/** What FAULTS_SIGHTS names, separated by semicolons. */
const wanted = process.env.FAULTS_SIGHTS?.split(';');

/** The places to look at a target from. Where nobody can read the log, none has to be told not to. */
export function sightsOf(target: Target): readonly Sight[] {
  return everySight.filter(
    ({id, without}) => (wanted?.includes(id) ?? true) && (target.log === 'file' || !without.includes('log')),
  );
}

/** The flags that make gunspect look from there. */
export function flagsOf({without}: Sight): readonly string[] {
  return without.length === 0 ? [] : ['--without', without.join(',')];
}

/** The target as it can be seen from there. */
export function seenFrom(target: Target, {mayLookInside, without, account}: Sight): Seen {
  return {
    ...target,
    log: mayLookInside && !without.includes('log') ? target.log : 'pipe',
    sees: {
      exits: !without.includes('exits'),
      heartbeat: mayLookInside && !without.includes('heartbeat'),
      activity: mayLookInside && !without.includes('activity'),
      memory: mayLookInside && !without.includes('peek'),
      senders: hasTracing && account === undefined && !without.includes('signals'),
    },
  };
}

/** The target as somebody sees it who may look at everything. */
export function seenWhole(target: Target): Seen {
  return {...target, sees: {exits: true, heartbeat: true, activity: true, memory: true, senders: true}};
}
