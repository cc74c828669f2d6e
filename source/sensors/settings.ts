/**
 * Reads the settings of a running master: command line, environment, config file, installed package. The config file
 * is Python; it is read as text and never executed.
 */
import fs from 'node:fs';
import {posix} from 'node:path';
import {
  configFileLocation,
  effectiveSettings,
  type ConfigFile,
  type ConfigFileLocation,
  type SettingsEvidence,
} from '../gunicorn/effective-settings.js';
import type {Settings} from '../gunicorn/settings.js';
import {withLog} from './attached-settings.js';
import {readText} from './files.js';
import {openLogTail} from './log-tail.js';
import {readArguments, readEnvironment, readStatus} from './procfs.js';
import {attempt, valueOf} from './reading.js';
import {openSockets} from './sockets.js';
import {openTraffic} from './traffic.js';
import {installedVersion} from './version.js';

/** The variables that gunicorn takes settings from, and where it was started. No others are looked at. */
const wantedVariables = ['GUNICORN_CMD_ARGS', 'WEB_CONCURRENCY', 'PORT', 'PWD'] as const;

const largestConfigBytes = 1 << 20;

/**
 * Whether this is a file that the target's user could read as well. As root we could be led by a link to one that is
 * none of the target's, and would then show what is in it; and a device must not even be opened.
 */
export function isTheirs(path: string, uid: number | undefined): boolean {
  const stat = valueOf(attempt(() => fs.statSync(path)));
  if (stat?.isFile() !== true) return false;

  return process.geteuid?.() !== 0 || (stat.mode & 0o044) !== 0 || stat.uid === uid;
}

/** Where a path of the target is for us. A relative one is taken from where the target was started. */
function candidates(pid: number, path: string, startedIn: string | undefined, root: string): readonly string[] {
  const target = `${root}/${pid}`;
  if (posix.isAbsolute(path)) return [posix.join(target, 'root', path)];

  const beside = posix.join(target, 'cwd', path);
  return startedIn === undefined || !posix.isAbsolute(startedIn)
    ? [beside]
    : [posix.join(target, 'root', startedIn, path), beside];
}

function readConfig(
  pid: number,
  location: ConfigFileLocation,
  startedIn: string | undefined,
  root: string,
): ConfigFile {
  if (location.kind === 'unknown') return {kind: 'unreadable'};

  const uid = valueOf(readStatus(pid, root))?.uid;
  let missing = true;
  for (const path of candidates(pid, location.path, startedIn, root)) {
    if (!isTheirs(path, uid)) {
      missing &&= !fs.existsSync(path);
      continue;
    }

    const text = readText(path, largestConfigBytes);
    if (text.kind === 'ok') return {kind: 'text', text: text.value};
    missing &&= text.kind === 'gone';
  }

  // A folder that cannot be entered answers like one that is empty.
  const canLook = attempt(() => fs.statSync(`${root}/${pid}/cwd/.`)).kind === 'ok';
  return missing && canLook && !location.explicit ? {kind: 'none'} : {kind: 'unreadable'};
}

/** The addresses that a process is seen to listen on; undefined when its descriptors are closed to us. */
function observedBind(pid: number, root: string): readonly string[] | undefined {
  const sockets = openSockets(pid, root);
  try {
    const found = openTraffic({
      masterPid: pid,
      root,
      sockets,
      bind: () => undefined,
      someWorker: () => undefined,
    }).read();
    return found?.map(({address}) => address);
  } finally {
    sockets.close();
  }
}

/** What the process itself shows of its settings. Absent settings could not be read; see gunicorn/settings.ts. */
export function readOwnSettings(pid: number, root = '/proc'): Settings {
  const argv = valueOf(readArguments(pid, root));
  const all = valueOf(readEnvironment(pid, wantedVariables, root));
  const version = installedVersion(pid, argv ?? [], root);
  const evidence: SettingsEvidence = {
    ...(argv !== undefined && {argv}),
    ...(all !== undefined && {environment: all}),
    ...(version !== undefined && {version}),
  };

  const configFile = readConfig(pid, configFileLocation(evidence), all?.['PWD'], root);
  const settings = effectiveSettings({...evidence, configFile});
  const bind = settings.bind === undefined ? observedBind(pid, root) : undefined;
  return bind === undefined ? settings : {...settings, bind: {value: bind, source: 'observed'}};
}

/** The same, and where that does not tell the class, as behind a process title, what its log said when it started. */
export function readSettings(pid: number, root = '/proc'): Settings {
  const settings = readOwnSettings(pid, root);
  if (settings.workerClass !== undefined) return settings;

  const log = openLogTail(pid, {root});
  log.close();
  return withLog(settings, log.history, valueOf(readStatus(pid, root))?.nsPid ?? pid);
}
