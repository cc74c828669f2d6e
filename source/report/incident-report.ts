/**
 * The incident so far as Markdown: what it is, the guide's five steps, every restart in one line, the newest fault of
 * each kind in full, and what could not be read. Whoever reads it needs neither the server nor the screen.
 */
import {faultKinds} from '../diagnosis/fault-kinds.js';
import {guideSteps, type GuideStep} from '../diagnosis/guide-steps.js';
import type {Restart, Snapshot} from '../snapshot.js';
import {formatClock, formatCount, formatDay} from '../view/format.js';

import {inline, paragraphs, table} from './markdown.js';
import {momentText, restartReport} from './restart-report.js';

export type ReportOptions = {
  /** Of the zone that its times are told in, minutes east of UTC. */
  readonly offsetMinutes: number;
  /** Of gunspect. */
  readonly version: string;
};

/** Restarts in the table; older ones are counted. */
const restartsListed = 100;

export function incidentReport(snapshot: Snapshot, {offsetMinutes, version}: ReportOptions): string {
  const {headline, restarts} = snapshot;
  const kinds = faultKinds(restarts);
  const at = momentText(snapshot.at.wallMs, offsetMinutes);
  const name = snapshot.master?.settings.app?.value ?? snapshot.target;
  return `${paragraphs([
    `# ${inline(name === '' ? 'gunicorn' : name)}: ${inline(headline.label)}, as of ${at}`,
    `**${inline(headline.text)}**${headline.sinceMs === undefined ? '' : `, since ${momentText(headline.sinceMs, offsetMinutes)}`}`,
    masterTable(snapshot, offsetMinutes),
    '## The guide',
    ...guideSteps(snapshot).map(stepText),
    `## Restarts: ${formatCount(restarts.length)}`,
    restartTable(restarts, offsetMinutes),
    missedText(snapshot),
    ...(kinds.length === 0 ? [] : [`## The newest fault of each kind`]),
    ...kinds.flatMap(([newest, ...others]) => [restartReport(newest, snapshot, offsetMinutes, 3), alikeText(others)]),
    '## Sources of evidence',
    sourcesText(snapshot),
    `Written by gunspect ${version}, which only watches: it sends no signal and changes nothing in what it watches.`,
  ])}\n`;
}

function masterTable({master, target}: Snapshot, offsetMinutes: number): string {
  if (master === undefined) {
    return `No gunicorn master was found for ${inline(target === '' ? 'any target' : target)}.`;
  }
  const {settings} = master;
  const rows: ReadonlyArray<readonly [string, string | number | undefined]> = [
    ['Master', `${master.pid}${master.alive ? '' : ', ended'}, since ${momentText(master.startedMs, offsetMinutes)}`],
    ['gunicorn', settings.version?.value],
    ['Worker class', settings.workerClass?.value],
    ['Workers', settings.workers?.value],
    ['Threads', settings.threads?.value],
    ['Timeout, seconds', settings.timeoutSeconds?.value],
    ['max_requests', settings.maxRequests?.value],
    ['max_requests_jitter', settings.maxRequestsJitter?.value],
    ['Bind', settings.bind?.value.join(', ')],
  ];
  return table(
    ['Setting', 'Value'],
    rows.flatMap(([label, value]) => (value === undefined ? [] : [[inline(label), inline(String(value))]])),
  );
}

function stepText({step, title, state, text, missing = []}: GuideStep): string {
  const lines = missing.map(({what, how}) => `   - missing: ${inline(what)}; to get it: ${inline(how)}`);
  return [
    `${step}. **${inline(title)}** ${state === 'quiet' ? 'Nothing to find: ' : ''}${inline(text)}`,
    ...lines,
  ].join('\n');
}

function restartTable(restarts: readonly Restart[], offsetMinutes: number): string {
  if (restarts.length === 0) {
    return 'None was seen.';
  }
  const rows = restarts
    .slice(0, restartsListed)
    .map((restart) => [
      `${formatDay(restart.atMs, offsetMinutes)} ${formatClock(restart.atMs, offsetMinutes)}`,
      `\\#${restart.worker.pid}`,
      `${restart.cause}${restart.variant === undefined ? '' : `, ${restart.variant}`}`,
      restart.confidence,
      restart.expected === undefined ? 'open' : restart.expected ? 'yes' : 'no',
      inline(restart.summary),
    ]);
  const older = restarts.length - rows.length;
  return paragraphs([
    table(['When', 'Worker', 'Cause', 'Confidence', 'Expected', 'Why'], rows),
    older > 0 ? `And ${formatCount(older)} older.` : '',
  ]);
}

/** "12 more like it: #14555, #14247". */
function alikeText(others: readonly Restart[]): string {
  const named = others.slice(0, alikeNamed).map(({worker}) => `\\#${worker.pid}`);
  const rest = others.length - named.length;
  const list = [...named, ...(rest > 0 ? [`and ${formatCount(rest)} older`] : [])].join(', ');
  return others.length === 0 ? '' : `${formatCount(others.length)} more like it: ${list}.`;
}

const alikeNamed = 20;

function missedText({missed}: Snapshot): string {
  const count = missed.reduce((sum, each) => sum + each.count, 0);
  return count === 0 ? '' : `At least ${formatCount(count)} more ended without being seen one by one.`;
}

/** What could be read in one line, and the others with what stood in the way. */
function sourcesText({sources}: Snapshot): string {
  const readable = sources.filter(({state}) => state === 'ok').map(({id}) => id);
  const others = sources.filter(({state}) => state !== 'ok');
  return paragraphs([
    readable.length === 0 ? '' : `Readable: ${readable.join(', ')}.`,
    others.length === 0
      ? ''
      : table(
          ['Source', 'State', 'Why', 'To unlock it'],
          others.map(({id, state, why = '', unlock = ''}) => [id, state, inline(why), inline(unlock)]),
        ),
  ]);
}
