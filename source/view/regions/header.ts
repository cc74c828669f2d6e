import type {MasterView} from '../../snapshot.js';
import {fitParts, type Part} from '../fit-parts.js';
import {formatAge, formatClock, formatOffset, formatSeconds, unknownText} from '../format.js';
import {lineWidth, span, spread, type Line} from '../line.js';
import type {Picture} from './picture.js';

/** A snapshot older than this is not live, seconds. */
const liveSeconds = 2;

const dot = span(' · ', 'quiet');

/** The target in one line, or in two where one is too narrow for all of it and `height` allows. */
export function headerLines(picture: Picture, width: number, height: number): readonly Line[] {
  const right = [...clock(picture), span(' ')];
  const name = [span(' gunspect', 'info'), span('  ')];
  const room = width - lineWidth(right) - lineWidth(name) - 2;
  const parts = headerParts(picture);
  if (height < 2) {
    return [spread([...name, ...fitParts(parts, dot, room)], right, width)];
  }
  const first = parts.filter((part) => part.about === 'process');
  const second = parts.filter((part) => part.about === 'settings');
  const indent = span(' '.repeat(lineWidth(name)));
  return [
    spread([...name, ...fitParts(first, dot, room)], right, width),
    spread([indent, ...fitParts(second, dot, width - lineWidth(name) - 1)], [], width),
  ];
}

/** How many lines the header needs to say everything. */
export function headerHeight(picture: Picture, width: number): number {
  const all = fitParts(headerParts(picture), dot, Number.POSITIVE_INFINITY);
  return lineWidth(all) + lineWidth(clock(picture)) + ' gunspect     '.length > width ? 2 : 1;
}

type HeaderPart = Part & {readonly about: 'process' | 'settings'};

function headerParts({snapshot, nowMs}: Picture): readonly HeaderPart[] {
  const {master} = snapshot;
  if (master === undefined) {
    return [{about: 'process', rank: 1, line: [span(snapshot.target === '' ? 'any gunicorn' : snapshot.target)]}];
  }
  const {settings} = master;
  const timeout = settings.timeoutSeconds?.value;
  const app = settings.app?.value ?? settings.procName?.value;
  const upSeconds = (nowMs - master.startedMs) / 1000;
  return [
    ...(app === undefined ? [] : [{about: 'process' as const, rank: 1, line: [span(app, 'strong')]}]),
    {
      about: 'process',
      rank: 2,
      line: [span(`master ${master.pid}`), ...masterWord(master)],
    },
    {about: 'settings', rank: 5, line: [span(`gunicorn ${settings.version?.value ?? unknownText}`)]},
    {about: 'settings', rank: 3, line: [span(workersText(master, aliveWorkers(snapshot.workers)))]},
    {
      about: 'settings',
      rank: 4,
      line: [span(timeout === 0 ? 'no timeout' : `timeout ${timeout === undefined ? unknownText : `${timeout}s`}`)],
    },
    {about: 'settings', rank: 6, line: [span(bindText(settings.bind?.value))]},
    ...(master.alive ? [{about: 'process' as const, rank: 7, line: [span(`up ${formatAge(upSeconds)}`)]}] : []),
  ];
}

function masterWord({alive, trouble}: MasterView): Line {
  if (!alive) {
    return [span(' ended', 'bad')];
  }
  return trouble?.stoppedSeconds === undefined ? [] : [span(' stopped', 'bad')];
}

function aliveWorkers(workers: Picture['snapshot']['workers']): number {
  return workers.filter((row) => row.kind === 'worker' && row.state !== 'dead' && row.state !== 'orphan').length;
}

/** "sync ×4"; "sync 3 of 4" while workers are missing, "sync 6, 4 wanted" while old ones drain; "gthread ×4, 8 threads". */
function workersText({settings, wantedWorkers}: MasterView, alive: number): string {
  const name = settings.workerClass?.value ?? 'workers';
  const threads = settings.threads?.value ?? 1;
  return `${name} ${countText(alive, wantedWorkers ?? settings.workers?.value)}${threads > 1 ? `, ${threads} threads` : ''}`;
}

function countText(alive: number, wanted: number | undefined): string {
  if (wanted === undefined || wanted === alive) {
    return `×${alive}`;
  }
  return alive < wanted ? `${alive} of ${wanted}` : `${alive}, ${wanted} wanted`;
}

/** ":8000" for every address of the machine, otherwise as gunicorn was told; further addresses are counted. */
function bindText(addresses: readonly string[] | undefined): string {
  const [first, ...others] = addresses ?? [];
  if (first === undefined) {
    return `bind ${unknownText}`;
  }
  const shown = first.replace(/^(?:0\.0\.0\.0|\[::\])(?=:)/u, '');
  return others.length === 0 ? shown : `${shown} +${others.length}`;
}

function clock({snapshot, nowMs, offsetMinutes, paused}: Picture): Line {
  const zone = formatOffset(offsetMinutes);
  if (paused !== undefined) {
    const {atMs, newEvents} = paused;
    const news = `${newEvents} new event${newEvents === 1 ? '' : 's'}`;
    return [span(`paused ${formatClock(atMs, offsetMinutes)} ${zone}, ${news}`, 'warn')];
  }
  const ageSeconds = (nowMs - snapshot.at.wallMs) / 1000;
  const live =
    ageSeconds > liveSeconds
      ? span(`data ${formatSeconds(Math.round(ageSeconds))} old`, 'warn')
      : span('● live', 'good');
  return [span(`${formatClock(nowMs, offsetMinutes)} ${zone} `), live];
}
