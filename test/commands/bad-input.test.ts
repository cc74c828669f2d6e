import {spawnSync} from 'node:child_process';
import {expect, test} from 'vitest';

/** Runs the built program without a terminal. */
function gunspect(...args: readonly string[]) {
  const {status, stdout, stderr} = spawnSync(process.execPath, ['dist/cli.js', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
  });
  return {status, stdout, stderr};
}

const ownPid = String(process.pid);

test.each([
  [['--foo'], 'there is no flag --foo; gunspect --help lists them.'],
  [['-x'], 'there is no flag -x; gunspect --help lists them.'],
  [['--no-foo'], 'there is no flag --no-foo; gunspect --help lists them.'],
  [['list', '--for', '3s'], 'gunspect list takes no --for; gunspect --help lists the flags of each command.'],
  [['--json'], 'the live screen takes no --json; gunspect --help lists the flags of each command.'],
  [['list', '812'], '"812" is one argument too many; gunspect --help shows what goes where.'],
  [['watch', 'a', 'b'], '"b" is one argument too many; gunspect --help shows what goes where.'],
  [['watch', '--for'], '--for needs a duration and got none; write 250ms, 60s, 5m or 1h.'],
  [['watch', '--for', '60'], '--for needs a duration and got "60"; write 250ms, 60s, 5m or 1h.'],
  [['watch', '--for=-5s'], '--for needs a duration and got "-5s"; write 250ms, 60s, 5m or 1h.'],
  [['watch', '--for', '501h'], '--for 501h is out of range; take at most 500h, or leave it out.'],
  [['--interval', '1ms'], '--interval 1ms is out of range; take one from 50ms to 60s.'],
  [['--interval', '2m'], '--interval 2m is out of range; take one from 50ms to 60s.'],
  [['--interval', '1s', '--interval', '2s'], '--interval can be given only once.'],
  [['watch', '--samples'], '--samples needs --json; add --json, or leave --samples out.'],
  [
    ['watch', '--without', 'logs'],
    'there is no source "logs" to do without; those that can be left alone are heartbeat, log, exits, connector, kernel-log, signals, activity, memory, cpu, traffic, settings, changes, control-socket, journal, peek.',
  ],
  [[''], 'the target is empty; leave it out to see what is there, or name one.'],
  [['watch', ''], 'the target is empty; leave it out to see what is there, or name one.'],
  [['report'], 'report needs a recording; name its file, or - for standard input.'],
  [['--theme', 'blue'], 'there is no theme "blue"; take one of dark, light, mono, colour-blind.'],
  [['wacth'], 'there is no command wacth; did you mean gunspect watch?'],
])('%j is refused in one sentence', (args, sentence) => {
  expect(gunspect(...args)).toStrictEqual({status: 2, stdout: '', stderr: `gunspect: ${sentence}\n`});
});

test.each([
  ['a pid that no process has', ['4194999']],
  ['a pid that is not gunicorn', [ownPid]],
  ['a pid that is no number of a process', ['0']],
  ['a pid larger than any', ['99999999999999999999']],
  ['a pidfile that does not exist', ['/nowhere/shop.pid']],
  ['a port that nobody listens on', [':1']],
  ['an address that nobody listens on', ['127.0.0.1:1']],
  ['a port that cannot be', [':99999']],
  ['a socket that does not exist', ['unix:/nowhere.sock']],
  ['a unit that does not exist', ['no-such-thing.service']],
  ['an application that does not run', ['no-such-application']],
])('%s ends in one sentence with the next step and exit code 2, live and watched', (_what, target) => {
  for (const args of [target, ['watch', ...target], ['watch', '--json', ...target]]) {
    const {status, stdout, stderr} = gunspect(...args);

    expect({status, stdout}).toStrictEqual({status: 2, stdout: ''});
    expect(stderr).toMatch(/^gunspect: .{20,}\n$/);
    expect(stderr).not.toMatch(/\n {4}at |Error:|undefined/);
  }
});

test('a process of another user that cannot be looked into ends in one sentence and exit code 3', () => {
  // Root reads everything, so it becomes nobody; anybody else is not root, and process 1 is root's.
  const asOther = process.getuid?.() === 0 ? {uid: 65_534, gid: 65_534} : {};

  const {status, stdout, stderr} = spawnSync(process.execPath, ['dist/cli.js', 'watch', '1'], {
    ...asOther,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
  });

  expect({status, stdout}).toStrictEqual({status: 3, stdout: ''});
  expect(stderr).toMatch(/^gunspect: the target is process 1, .* file mode \(another user\); .*\.\n$/);
});

test('with --debug an error says where it came from', () => {
  const {status, stderr} = gunspect('--foo', '--debug');

  expect(status).toBe(2);
  expect(stderr).toMatch(/^gunspect: there is no flag --foo.*\n.*CommandError.*\n {4}at /);
});

test('help and version go to standard output, whatever else is there', () => {
  expect(gunspect('--version')).toMatchObject({status: 0, stderr: ''});
  expect(gunspect('watch', '--help')).toMatchObject({status: 0, stderr: ''});
  expect(gunspect('-h').stdout).toContain('gunspect watch [target]');
});
