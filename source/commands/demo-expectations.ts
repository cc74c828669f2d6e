import type {DemoFaultId} from '../demo/demo-faults.js';
import type {Branch, Cause, PhaseVerdict, TimeoutVariant} from '../diagnosis/verdict.js';
import type {MasterEventKind} from '../snapshot.js';

/** What has to be said of one fault of the demo. */
export type DemoExpectation = {
  /**
   * Which workers it ends: the one that the page names, one that nobody can name before, every worker there is, or
   * at least one.
   */
  readonly ends: 'named' | 'one' | 'every' | 'some' | 'none';
  readonly cause?: Cause;
  /** Causes of others that go with it. */
  readonly alsoCauses?: readonly Cause[];
  readonly branch?: Branch;
  readonly variant?: TimeoutVariant;
  /** Honest answers to "handling traffic, starting up, or waiting?". */
  readonly phase?: readonly PhaseVerdict[];
  readonly masterEvent?: MasterEventKind;
};

const inRequest = ['handling-traffic'] as const;
/** Under light traffic an idle worker may have got a request in that very moment. */
const idleOrBusy = ['waiting', 'handling-traffic'] as const;

/** The truth about each fault, as gunicorn's sync workers meet it. */
export const demoExpectations: Readonly<Record<DemoFaultId, DemoExpectation>> = {
  timeout: {ends: 'named', cause: 'timeout', variant: 'long-request', branch: 'runtime', phase: inRequest},
  'c-code': {ends: 'named', cause: 'timeout', variant: 'long-request', branch: 'runtime', phase: inRequest},
  'silent-client': {ends: 'one', cause: 'timeout', variant: 'silent-client', branch: 'runtime', phase: ['waiting']},
  crash: {ends: 'named', cause: 'crash', branch: 'runtime', phase: inRequest},
  exit: {ends: 'named', cause: 'app-exit', branch: 'runtime', phase: inRequest},
  memory: {ends: 'named', cause: 'out-of-memory', branch: 'runtime', phase: inRequest},
  kill: {ends: 'named', cause: 'killed', branch: 'runtime', phase: idleOrBusy},
  recycle: {ends: 'some', cause: 'max-requests', branch: 'recycle'},
  reload: {ends: 'every', cause: 'reload', branch: 'recycle', phase: idleOrBusy, masterEvent: 'reload'},
  'scale-down': {ends: 'one', cause: 'scale-down', branch: 'recycle', phase: idleOrBusy, masterEvent: 'scaled'},
  'scale-up': {ends: 'none', masterEvent: 'scaled'},
  boot: {
    ends: 'some',
    cause: 'boot-error',
    alsoCauses: ['gave-up', 'reload'],
    branch: 'boot',
    phase: ['starting-up'],
    masterEvent: 'gave-up',
  },
};
