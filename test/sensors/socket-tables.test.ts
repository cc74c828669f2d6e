import {readFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {once} from 'node:events';
import {expect, test} from 'vitest';
import {
  indexInetTable,
  indexUnixTable,
  isAcceptedFrom,
  parseInetRow,
  parseUnixRow,
  portOf,
  readableAddress,
  type Socket,
} from '../../source/sensors/socket-tables.js';

test.each([
  ['0100007F:1F90', '127.0.0.1:8080'],
  ['00000000:07E8', '0.0.0.0:2024'],
  ['00000000000000000000000000000000:1F90', '[::]:8080'],
  ['00000000000000000000000001000000:1F90', '[::1]:8080'],
  ['B80D0120000000000000000001000000:01BB', '[2001:db8::1]:443'],
  ['B80D0120000000000000010001000000:01BB', '[2001:db8::1:0:0:1]:443'],
  ['0000000000000000FFFF00000703000A:1538', '10.0.3.7:5432'],
])('%s is %s', (hex, address) => {
  expect(readableAddress(hex)).toBe(address);
});

test('a row of the table of TCP sockets is read as captured from a kernel', () => {
  const row =
    '   1: 0100007F:4EEF 0100007F:1538 08 00000000:0000000A 00:00000000 00000000  1000        0 90345 1 000000001e318696 100 0 0 10 0                     ';

  expect(parseInetRow(row, 'tcp')).toEqual({
    kind: 'tcp',
    inode: 90_345,
    listening: false,
    local: '127.0.0.1:20207',
    remote: '127.0.0.1:5432',
    peerClosed: true,
    queued: 10,
    uid: 1000,
  });
});

test('a listening socket has no other end, and its queue is its backlog', () => {
  const row =
    ' 100: 00000000:1F90 00000000:0000 0A 00000000:00000025 00:00000000 00000000     0        0 1589 1 000000008695aed8 100 0 0 10 0';

  expect(parseInetRow(row, 'tcp')).toMatchObject({listening: true, local: '0.0.0.0:8080', queued: 37, inode: 1589});
  expect(parseInetRow(row, 'tcp')).not.toHaveProperty('remote');
});

test('headings, blanks and broken rows are no sockets', () => {
  for (const row of ['', '  sl  local_address rem_address   st', ' 1: 0100007F', 'x: y z', '\0\0\0']) {
    expect(parseInetRow(row, 'tcp'), row).toBeUndefined();
    expect(parseUnixRow(row), row).toBeUndefined();
  }
});

test('unix sockets have paths, also abstract, with blanks, or none', () => {
  expect(parseUnixRow('00000000fb6f400e: 00000002 00000000 00010000 0001 01 91440 /run/my app.sock')).toMatchObject({
    listening: true,
    inode: 91_440,
    local: '/run/my app.sock',
  });
  expect(parseUnixRow('00000000a8547096: 00000003 00000000 00000000 0001 03 90111')).toMatchObject({
    listening: false,
    local: '',
  });
  expect(parseUnixRow('0000000000000000: 00000002 00000000 00000000 0001 02     0 @shop')).toMatchObject({
    inode: 0,
    local: '@shop',
  });
});

const connection: Socket = {
  kind: 'tcp',
  inode: 1,
  listening: false,
  local: '10.0.0.5:8000',
  remote: '10.9.9.9:41000',
  peerClosed: false,
  queued: 0,
};

test('a connection was accepted from the listener that has its local address', () => {
  const listener = {...connection, listening: true};

  expect(isAcceptedFrom(connection, {...listener, local: '0.0.0.0:8000'})).toBe(true);
  expect(isAcceptedFrom(connection, {...listener, local: '[::]:8000'})).toBe(true);
  expect(isAcceptedFrom(connection, {...listener, local: '10.0.0.5:8000'})).toBe(true);
  expect(isAcceptedFrom(connection, {...listener, local: '127.0.0.1:8000'})).toBe(false);
  expect(isAcceptedFrom(connection, {...listener, local: '0.0.0.0:8001'})).toBe(false);
  // A worker that calls its own service has the listener's port at the far end.
  expect(
    isAcceptedFrom(
      {...connection, local: '10.0.0.5:41000', remote: '10.0.0.5:8000'},
      {...listener, local: '0.0.0.0:8000'},
    ),
  ).toBe(false);
});

test('unix connections carry the path of their listener', () => {
  const unix: Socket = {kind: 'unix', inode: 2, listening: false, local: '/run/a.sock', peerClosed: false, queued: 0};

  expect(isAcceptedFrom(unix, {...unix, listening: true})).toBe(true);
  expect(isAcceptedFrom({...unix, local: ''}, {...unix, local: '', listening: true})).toBe(false);
});

test('only an address has a port', () => {
  expect(portOf('[::1]:8000')).toBe(8000);
  expect(portOf('/run/app:8000')).toBeUndefined();
  expect(portOf('@app:8000')).toBeUndefined();
});

const heading = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const rows = [
  '   0: 00000000:1F90 00000000:0000 0A 00000000:00000025 00:00000000 00000000     0        0 1589 1 000000008695aed8 100 0 0 10 0',
  '   1: 0100007F:4EEF 0100007F:1538 01 00000000:00000000 00:00000000 00000000  1000        0 90345 1 000000001e318696 20 0 0 10 -1',
  '10231: 0100007F:1F90 0100007F:A000 06 00000000:00000000 03:000013F2 00000000     0        0 0 3 000000001e318696',
  '   3: 0100007F:1F90 0100007F:A001 03 00000000:00000000 01:00000063 00000000     0        0 0 1 000000001e318696',
];
const longRow =
  '   0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000002 00:00000000 00000000  1000        0 777 1 0000000000000000 100 0 0 10 0';

test('a table is indexed by inode, and what belongs to nobody any more is passed over', () => {
  const table = indexInetTable('tcp')([heading, ...rows, longRow, ''].join('\n'));

  expect(table.byInode(90_345)).toEqual(parseInetRow(rows[1] ?? '', 'tcp'));
  expect(table.byInode(777)).toMatchObject({local: '[::1]:8080', listening: true, queued: 2});
  expect(table.listening().map(({inode}) => inode)).toEqual([1589, 777]);
  expect(table.byInode(0)).toBeUndefined();
  expect(table.byInode(42)).toBeUndefined();
});

test('a table without its last line break, with its heading alone, or empty is read as well', () => {
  expect(indexInetTable('tcp')([heading, rows[0]].join('\n')).listening()).toHaveLength(1);
  expect(indexInetTable('tcp')(`${heading}\n`).listening()).toEqual([]);
  expect(indexInetTable('tcp')('').listening()).toEqual([]);
  expect(indexInetTable('udp')('garbage\n:::\n\0').byInode(1)).toBeUndefined();
});

test('connections to a unix socket that nobody has accepted are counted by its path', () => {
  const table = indexUnixTable(
    [
      'Num       RefCount Protocol Flags    Type St Inode Path',
      '0000000000000000: 00000002 00000000 00010000 0001 01 91440 /run/a.sock',
      '0000000000000000: 00000002 00000000 00000000 0001 02     0 /run/a.sock',
      '0000000000000000: 00000002 00000000 00000000 0001 02     0 /run/a.sock',
      '0000000000000000: 00000002 00000000 00010000 0001 01 91441 /run/b.sock',
      '',
    ].join('\n'),
  );

  expect(table.listening()).toMatchObject([
    {local: '/run/a.sock', queued: 2},
    {local: '/run/b.sock', queued: 0},
  ]);
});

test.runIf(process.platform === 'linux')('the table of this machine is indexed as its rows are parsed', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const text = readFileSync('/proc/self/net/tcp', 'latin1');
  server.close();
  const table = indexInetTable('tcp')(text);
  const parsed = text.split('\n').map((row) => parseInetRow(row, 'tcp'));
  const held = parsed.filter((socket) => socket !== undefined && socket.inode !== 0);

  expect(held.length).toBeGreaterThan(0);
  for (const socket of held) expect(table.byInode(socket?.inode ?? 0)).toEqual(socket);
});
