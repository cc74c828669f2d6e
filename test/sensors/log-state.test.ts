import {expect, test} from 'vitest';
import {logBehindJournal} from '../../source/sensors/log-state.js';

const toSocket = {
  id: 'log',
  state: 'unsupported',
  why: 'gunicorn logs into a socket, as a systemd unit does to the journal',
  unlock: 'start gunicorn with --error-logfile FILE',
} as const;

test('a log in a journal that is closed is unlocked where the journal is, and not by a restart of gunicorn', () => {
  const journal = {
    id: 'journal',
    state: 'denied',
    why: 'the journal is closed to us by its file modes',
    unlock: 'join the group systemd-journal, or run gunspect as root',
  } as const;

  expect(logBehindJournal(toSocket, journal)).toEqual({
    id: 'log',
    state: 'denied',
    why: 'gunicorn logs to the journal, and the journal is closed to us by its file modes',
    unlock: 'join the group systemd-journal, or run gunspect as root',
  });
});

test('a log that is read, and one that is in no journal, stay what they are', () => {
  const elsewhere = {id: 'journal', state: 'unsupported', why: 'there is no journalctl on this machine'} as const;

  expect(logBehindJournal(toSocket, elsewhere)).toBe(toSocket);
  expect(logBehindJournal({id: 'log', state: 'ok'}, {id: 'journal', state: 'denied'})).toEqual({
    id: 'log',
    state: 'ok',
  });
});
