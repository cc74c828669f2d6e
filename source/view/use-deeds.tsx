import {useEffect, useRef} from 'react';
import type {Snapshot} from '../snapshot.js';
import type {Deed, ScreenDeeds} from './screen-deeds.js';

type Asked = {
  readonly deed: Deed | undefined;
  readonly deeds: ScreenDeeds | undefined;
  /** The snapshot on the screen, with its texts as they were read. */
  readonly snapshot: Snapshot;
  readonly offsetMinutes: number;
};

/** Has what a key asked for done once, by whoever can, and passes on what is said of it. */
export function useDeeds({deed, deeds, snapshot, offsetMinutes}: Asked, say: (said: string) => void): void {
  const done = useRef(0);
  useEffect(() => {
    if (deed === undefined || done.current === deed.serial) {
      return;
    }
    done.current = deed.serial;
    void answerTo(deed, deeds, snapshot, offsetMinutes).then(say);
  });
}

async function answerTo(
  deed: Deed,
  deeds: ScreenDeeds | undefined,
  snapshot: Snapshot,
  offsetMinutes: number,
): Promise<string> {
  if (deeds === undefined) {
    return 'nothing can be written from here';
  }
  if (deed.kind === 'report') {
    return deeds.report(snapshot, offsetMinutes);
  }
  const restart = snapshot.restarts.find(({id}) => id === deed.restartId);
  return restart === undefined
    ? 'this restart is no longer in the history'
    : deeds.copy(restart, snapshot, offsetMinutes);
}
