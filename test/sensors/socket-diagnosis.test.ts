import {expect, test} from 'vitest';
import {parseSocket} from '../../source/sensors/socket-diagnosis.js';

/** struct inet_diag_msg with the attribute INET_DIAG_SKMEMINFO (linux/inet_diag.h). */
function inetAnswer(family: 2 | 10, address: readonly number[]): Buffer {
  const answer = Buffer.alloc(72 + 4 + 36);
  answer.writeUInt8(family, 0);
  answer.writeUInt8(10, 1);
  answer.writeUInt16BE(8000, 4);
  answer.set(address, 8);
  answer.writeUInt32LE(37, 56);
  answer.writeUInt32LE(2048, 60);
  answer.writeUInt32LE(1000, 64);
  answer.writeUInt32LE(4711, 68);
  answer.writeUInt16LE(40, 72);
  answer.writeUInt16LE(7, 74);
  answer.writeUInt32LE(9, 72 + 4 + 32);
  return answer;
}

/** struct unix_diag_msg with the attributes UNIX_DIAG_NAME and UNIX_DIAG_RQLEN (linux/unix_diag.h). */
function unixAnswer(name: string): Buffer {
  const padded = (name.length + 3) & ~3;
  const answer = Buffer.alloc(16 + 4 + padded + 12);
  answer.writeUInt8(1, 0);
  answer.writeUInt32LE(815, 4);
  answer.writeUInt16LE(4 + name.length, 16);
  answer.write(name, 20, 'latin1');
  answer.writeUInt16LE(12, 20 + padded);
  answer.writeUInt16LE(4, 22 + padded);
  answer.writeUInt32LE(3, 24 + padded);
  answer.writeUInt32LE(5, 28 + padded);
  return answer;
}

test('a listener is told with its address, its owner, its queue and what was dropped there', () => {
  expect(parseSocket(inetAnswer(2, [10, 0, 3, 7]))).toEqual({
    kind: 'tcp',
    inode: 4711,
    listening: true,
    local: '10.0.3.7:8000',
    peerClosed: false,
    queued: 37,
    uid: 1000,
    backlogLimit: 2048,
    drops: 9,
  });
  const six = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  expect(parseSocket(inetAnswer(10, six))).toMatchObject({local: '[2001:db8::1]:8000'});
});

test('a connection is told with its other end, and whether that has closed', () => {
  const answer = inetAnswer(2, [10, 0, 3, 7]);
  answer.writeUInt8(8, 1);
  answer.writeUInt16BE(5432, 6);
  answer.set([10, 0, 9, 1], 24);

  expect(parseSocket(answer)).toMatchObject({listening: false, remote: '10.0.9.1:5432', peerClosed: true});
  expect(parseSocket(answer)).not.toHaveProperty('backlogLimit');
});

test('a unix socket is told with its path, or with its abstract name as the table writes it', () => {
  expect(parseSocket(unixAnswer('/run/a.sock\0'))).toEqual({
    kind: 'unix',
    inode: 815,
    listening: true,
    local: '/run/a.sock',
    peerClosed: false,
    queued: 3,
    backlogLimit: 5,
  });
  expect(parseSocket(unixAnswer('\0shop'))).toMatchObject({local: '@shop'});
});

test('an answer that is cut short tells nothing', () => {
  const whole = inetAnswer(2, [127, 0, 0, 1]);

  expect(parseSocket(whole.subarray(0, 80))).not.toHaveProperty('drops');
  expect(parseSocket(whole.subarray(0, 71))).toBeUndefined();
  expect(parseSocket(Buffer.alloc(0))).toBeUndefined();
  expect(parseSocket(Buffer.from([1, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]))).toBeUndefined();
});
