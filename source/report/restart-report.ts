/** One restart as Markdown, to be pasted into a chat or a ticket: whole, and understood without the screen. */
import {factsOf, type Fact} from '../diagnosis/evidence-facts.js';
import {harmOf} from '../diagnosis/harm.js';
import {nextSteps} from '../diagnosis/next-steps.js';
import type {QuestionId} from '../diagnosis/verdict.js';
import type {Restart, Snapshot} from '../snapshot.js';
import {formatAge, formatBytes, formatClock, formatCount, formatDay, formatOffset} from '../view/format.js';
import {codeBlock, inline, paragraphs, table} from './markdown.js';

const questions: Readonly<Record<QuestionId, string>> = {
  doing: 'What was the worker doing right before?',
  phase: 'Was it handling traffic, starting up, or waiting?',
  pressure: 'Did memory or timeout pressure rise first?',
  'without-traffic': 'Would it still happen with no user traffic?',
};

/** "2026-11-22 14:03:19 +00". */
export function momentText(wallMs: number, offsetMinutes: number): string {
  return `${formatDay(wallMs, offsetMinutes)} ${formatClock(wallMs, offsetMinutes)} ${formatOffset(offsetMinutes)}`;
}

/** `level` is that of its heading. */
export function restartReport(restart: Restart, snapshot: Snapshot, offsetMinutes: number, level = 2): string {
  const {cause, variant, during, confidence, expected, worker, replacement, evidence, stack, traceback, log} = restart;
  const verdict = [cause, variant, during && `for ${during}`].filter(Boolean).join(', ');
  const wanted = expected === undefined ? '' : expected ? ' · expected' : ' · not expected';
  const successor = replacement === undefined ? '' : ` → ${replacement.pid}`;
  return paragraphs([
    `${'#'.repeat(level)} \\#${worker.pid}${successor} · ${inline(verdict)} · ${confidence}${wanted}`,
    inline(
      [
        momentText(restart.atMs, offsetMinutes),
        ...appPart(snapshot),
        `master ${restart.master.pid}`,
        ...lifeParts(restart),
      ].join(' · '),
    ),
    `**${inline(restart.summary)}**`,
    table(
      ['Question', 'Answer'],
      [
        ...restart.questions.map(({id, answer, evidence: sources}) => [
          questions[id],
          inline(sources.length === 0 ? answer : `${answer} (${sources.join(', ')})`),
        ]),
        ['Harmful and unexpected, or simply visible?', inline(harmOf(restart).text)],
      ],
    ),
    evidenceList(
      `Evidence for ${cause}`,
      factsOf(
        evidence.filter(({supports}) => supports === cause),
        restart,
      ),
      offsetMinutes,
    ),
    evidenceList(
      'Evidence against',
      factsOf(
        evidence.filter(({contradicts, supports}) => contradicts !== undefined && supports !== cause),
        restart,
      ),
      offsetMinutes,
    ),
    rivals(restart),
    block('Stack, innermost first', stack ?? []),
    block('Traceback, innermost last', tracebackLines(traceback)),
    block(
      'Printed about it',
      (log ?? []).map(({atMs, text}) => `${formatClock(atMs, offsetMinutes)} ${text}`),
    ),
    lookNext(restart, snapshot),
  ]);
}

/** Alone in a chat it is to be seen of what it is. */
function appPart({master}: Snapshot): readonly string[] {
  const app = master?.settings.app?.value;
  return app === undefined ? [] : [app];
}

function lifeParts({worker}: Restart): readonly string[] {
  const {exit} = worker;
  return [
    `${formatAge(worker.ageSeconds)} old`,
    ...(worker.requests === undefined ? [] : [`${formatCount(worker.requests)} requests`]),
    ...(worker.rssBytes === undefined ? [] : [formatBytes(worker.rssBytes)]),
    ...(exit === undefined ? [] : ['code' in exit ? `exit code ${exit.code}` : exit.signal]),
    ...(worker.nsPid === undefined ? [] : [`pid ${worker.nsPid} in its container`]),
  ];
}

function evidenceList(title: string, facts: readonly Fact[], offsetMinutes: number): string {
  const lines = facts.map(({source, fact, atMs, not}) => {
    const when = atMs === undefined ? '' : ` at ${formatClock(atMs, offsetMinutes)}`;
    return `- ${source}: ${not.length === 0 ? '' : `not ${not.join(', ')}: `}${inline(fact)}${when}`;
  });
  return lines.length === 0 ? '' : `${title}\n\n${lines.join('\n')}`;
}

function rivals({candidates, cause}: Restart): string {
  const others = candidates.filter((candidate) => candidate.cause !== cause);
  return others.length === 0
    ? ''
    : `Could also be: ${others.map((other) => `${other.cause} (${other.confidence})`).join(', ')}`;
}

function block(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}\n\n${codeBlock(lines, 'text')}`;
}

function tracebackLines(traceback: Restart['traceback']): readonly string[] {
  if (traceback === undefined) {
    return [];
  }
  const raised = [traceback.exception, traceback.message].filter(Boolean).join(': ');
  return [...traceback.frames.map((frame) => `${frame.file}:${frame.line} ${frame.function}`), raised].filter(Boolean);
}

function lookNext(restart: Restart, snapshot: Snapshot): string {
  const steps = nextSteps(restart, snapshot).map(({step, text, commands}) =>
    paragraphs([`Step ${step} of the guide. ${inline(text)}.`, commands.length === 0 ? '' : codeBlock(commands, 'sh')]),
  );
  return steps.length === 0 ? '' : paragraphs(['Look next; gunspect runs none of these commands:', ...steps]);
}
