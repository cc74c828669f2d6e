/** All causes that have a rule, in the order in which they are preferred when two are equally well supported. */
import type {CauseRule} from './cause-rule.js';
import type {Cause} from './verdict.js';
import {appExit} from './causes/app-exit.js';
import {bootError} from './causes/boot-error.js';
import {bootExit} from './causes/boot-exit.js';
import {bootTimeout} from './causes/boot-timeout.js';
import {codeReload} from './causes/code-reload.js';
import {crash} from './causes/crash.js';
import {gaveUp} from './causes/gave-up.js';
import {killed} from './causes/killed.js';
import {masterLost} from './causes/master-lost.js';
import {maxRequests} from './causes/max-requests.js';
import {outOfMemory} from './causes/out-of-memory.js';
import {reload} from './causes/reload.js';
import {scaleDown} from './causes/scale-down.js';
import {serviceRestart} from './causes/service-restart.js';
import {shutdown} from './causes/shutdown.js';
import {signalled} from './causes/signalled.js';
import {timeout} from './causes/timeout.js';
import {upgrade} from './causes/upgrade.js';

export const causeRules: readonly CauseRule[] = [
  bootError,
  bootTimeout,
  timeout,
  outOfMemory,
  maxRequests,
  codeReload,
  upgrade,
  serviceRestart,
  gaveUp,
  masterLost,
  shutdown,
  reload,
  scaleDown,
  crash,
  appExit,
  bootExit,
  signalled,
  killed,
];

/** The rule of a cause. `clean-exit` and `unknown` have none: they are what is left when no rule holds. */
export function ruleOf(cause: Cause): CauseRule | undefined {
  return causeRules.find((rule) => rule.id === cause);
}
