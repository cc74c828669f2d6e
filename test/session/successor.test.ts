import {expect, test} from 'vitest';
import type {Attached} from '../../source/observation.js';
import type {FoundMaster} from '../../source/sensors/masters.js';
import {parseTarget, type ResolvedTarget} from '../../source/sensors/targets.js';
import {unitOf} from '../../source/sensors/service-unit.js';
import {findSuccessor, groupOf, successorTargets} from '../../source/session/successor.js';

function attachedWith(settings: Attached['master']['settings']): Attached {
  return {
    kind: 'attached',
    at: {wallMs: 0, monotonicMs: 0},
    target: '812',
    master: {id: {pid: 812, startTicks: 1}, startedWallMs: 0, parentPid: 1, settings},
    sources: [],
  };
}

function found(pid: number, app: string, role: FoundMaster['role'] = 'master'): FoundMaster {
  const id = {pid, startTicks: pid};
  return {id, parentPid: 1, role, recognisedBy: 'heartbeat-file', workers: [], app, commandLine: 'gunicorn'};
}

const before = {id: {pid: 812, startTicks: 1}, app: 'shop:app', commandLine: 'gunicorn'};
const serviceGroups = '4:memory:/system.slice/shop.service\n0::/system.slice/shop.service\n';
const settings = {
  pidFile: {value: '/run/shop.pid', source: 'command-line'},
  bind: {value: ['127.0.0.1:8000', 'unix:/run/shop.sock'], source: 'command-line'},
} as const;

test.each([
  [serviceGroups, 'shop.service'],
  ['0::/system.slice/gunicorn@web.service\n', 'gunicorn@web.service'],
  ['0::/user.slice/user-1000.slice/user@1000.service/app.slice/shop.service\n', 'shop.service'],
  ['0::/user.slice/user-1000.slice/user@1000.service\n', undefined],
  ['0::/system.slice/ssh.service\n', undefined],
  ['0::/system.slice/supervisor.service\n', undefined],
  ['0::/user.slice/user-1000.slice/session-3.scope\n', undefined],
  ['', undefined],
])('the unit in %j is %s', (controlGroups, unit) => {
  expect(unitOf(controlGroups)).toBe(unit);
});

test.each([
  ['9:name=systemd:/\n4:memory:/docker/5e1f\n0::/\n', '/docker/5e1f'],
  ['0::/system.slice/docker-5e1f.scope\n', '/system.slice/docker-5e1f.scope'],
  ['0::/user.slice/user-1000.slice/session-3.scope\n', undefined],
  ['0::/system.slice\n', undefined],
  ['0::/\n', undefined],
  ['', undefined],
])('the service’s own control group in %j is %s', (controlGroups, group) => {
  expect(groupOf(controlGroups)).toBe(group);
});

test('a pid in a container is followed by its control group too', () => {
  const names = successorTargets(parseTarget('812'), attachedWith({}), '0::/docker/5e1f\n').map(({text}) => text);

  expect(names).toStrictEqual(['cgroup:/docker/5e1f']);
});

test('another application in the same control group is nobody’s successor', async () => {
  const resolve = async (): Promise<ResolvedTarget> => ({kind: 'found', masters: [found(900, 'other:app')]});

  expect(await findSuccessor([parseTarget('cgroup:/docker/5e1f')], before, resolve)).toBeUndefined();
});

test('a target that survives a restart is looked for itself', () => {
  const target = parseTarget('shop.service');

  expect(successorTargets(target, attachedWith(settings), serviceGroups)).toStrictEqual([target]);
});

test('a pid is followed by the pid file, the listeners and the unit that its master had', () => {
  const names = successorTargets(parseTarget('812'), attachedWith(settings), serviceGroups).map(({text}) => text);

  expect(names).toStrictEqual(['/run/shop.pid', '127.0.0.1:8000', 'unix:/run/shop.sock', 'shop.service']);
});

test('a pid file that is relative to some other directory is not looked for', () => {
  const relative = {pidFile: {value: 'shop.pid', source: 'command-line'}} as const;

  expect(successorTargets(parseTarget('812'), attachedWith(relative), undefined)).toStrictEqual([]);
});

test('any master stays any master only when nothing is known of the one that was there', () => {
  const any = parseTarget();

  expect(successorTargets(any, attachedWith({}), undefined)).toStrictEqual([any]);
  expect(successorTargets(any, attachedWith(settings), undefined).map(({text}) => text)).not.toContain('');
});

test('in a group of several services only the same command line is the same service', async () => {
  const another = {...found(900, 'shop:app'), commandLine: 'gunicorn --bind :9000'};
  const group = [parseTarget('cgroup:/docker/5e1f')];
  const among =
    (...masters: readonly [FoundMaster, ...FoundMaster[]]) =>
    async (): Promise<ResolvedTarget> => ({kind: 'ambiguous', masters});

  expect(await findSuccessor(group, before, among(another))).toBeUndefined();
  expect(await findSuccessor(group, before, among(another, found(901, 'shop:app')))).toMatchObject({id: {pid: 901}});
});

test('of several masters the newest of the same application is the successor', async () => {
  const masters = [found(900, 'shop:app'), found(901, 'shop:app'), found(902, 'other:app')];
  const resolve = async (): Promise<ResolvedTarget> => ({kind: 'ambiguous', masters});

  expect(await findSuccessor([parseTarget(':8000')], before, resolve)).toMatchObject({id: {pid: 901}});
});

test('the master that ended and the arbiter of a dirty pool are nobody’s successor', async () => {
  const masters = [{...found(812, 'shop:app'), id: before.id}, found(813, 'shop:app', 'dirty-arbiter')];
  const resolve = async (): Promise<ResolvedTarget> => ({kind: 'ambiguous', masters});

  expect(await findSuccessor([parseTarget(':8000')], before, resolve)).toBeUndefined();
});

test('a pid that was given to a new process is another master', async () => {
  const again = {...found(812, 'shop:app'), id: {pid: 812, startTicks: 99}};
  const resolve = async (): Promise<ResolvedTarget> => ({kind: 'found', masters: [again]});

  expect(await findSuccessor([parseTarget(':8000')], before, resolve)).toBe(again);
});

test('names are asked in their order until one answers', async () => {
  const asked: string[] = [];
  const answers: Readonly<Record<string, ResolvedTarget>> = {':2': {kind: 'found', masters: [found(900, 'shop:app')]}};
  const resolve = async ({text}: {readonly text: string}): Promise<ResolvedTarget> => {
    asked.push(text);
    return answers[text] ?? {kind: 'none', why: 'nothing there'};
  };

  const successor = await findSuccessor(
    [':1', ':2', ':3'].map((text) => parseTarget(text)),
    before,
    resolve,
  );

  expect(successor).toMatchObject({id: {pid: 900}});
  expect(asked).toStrictEqual([':1', ':2']);
});
