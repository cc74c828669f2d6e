import type {Key} from 'ink';
import {expect, test} from 'vitest';
import {keyNames} from '../../source/view/key-names.js';

const noKey: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

test('keys that arrived in one read are one after the other', () => {
  expect(keyNames('jjG\r', noKey)).toEqual(['j', 'j', 'G', 'enter']);
  expect(keyNames('/a b\t\u007F', noKey)).toEqual(['/', 'a', 'space', 'b', 'tab', 'backspace']);
});

test('the control key counts inside a run of keys too', () => {
  expect(keyNames('j\u000C\u001A', noKey)).toEqual(['j', 'ctrl-l', 'ctrl-z']);
});

test('meta is an escape before the key', () => {
  expect(keyNames('j', {...noKey, meta: true})).toEqual(['escape', 'j']);
  expect(keyNames('', {...noKey, meta: true, upArrow: true})).toEqual(['escape', 'up']);
});

test('escape alone is one escape, also on terminals that set meta for it', () => {
  expect(keyNames('', {...noKey, escape: true})).toEqual(['escape']);
  expect(keyNames('', {...noKey, escape: true, meta: true})).toEqual(['escape']);
});

test('special keys have names', () => {
  expect(keyNames('', {...noKey, pageDown: true})).toEqual(['page-down']);
  expect(keyNames('', {...noKey, tab: true, shift: true})).toEqual(['shift-tab']);
  expect(keyNames('c', {...noKey, ctrl: true})).toEqual(['ctrl-c']);
  expect(keyNames(' ', noKey)).toEqual(['space']);
});

test('a released key is no key', () => {
  expect(keyNames('q', {...noKey, eventType: 'release'})).toEqual([]);
});
