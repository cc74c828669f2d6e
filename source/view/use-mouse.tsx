import {useEffectEvent, useLayoutEffect} from 'react';
import type {MouseReport} from './mouse.js';
import type {ScreenDeeds} from './screen-deeds.js';

/** Has the terminal report its mouse while `isOn`, and passes on what it reports. */
export function useMouse(isOn: boolean, mouse: ScreenDeeds['mouse'], onReport: (report: MouseReport) => void): void {
  const hear = useEffectEvent(onReport);
  // Given back before the terminal is left: an effect would come too late.
  useLayoutEffect(() => (isOn ? mouse?.listen((report) => hear(report)) : undefined), [isOn, mouse]);
}
