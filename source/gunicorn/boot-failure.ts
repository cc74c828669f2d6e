/**
 * What kind of mistake kept a worker from booting, read off its traceback or the plain line that stood for one.
 *
 * Told by the exception's class, the frames it came through and the shape of its message. What none of the kinds fits is
 * `other`: the words that a reader sees are then the exception's own, and nothing is claimed beyond them.
 */
import {applicationModule, bootFrame} from './boot-frame.js';
import type {Traceback} from './log-event.js';

export type BootFailureKind =
  'missing-module' | 'missing-environment' | 'refused-service' | 'bad-config' | 'bad-app-name' | 'other';

export type BootFailure = {
  readonly kind: BootFailureKind;
  /** The exception's class, without its module. */
  readonly exception?: string;
  /** Its message, or the plain line; masked. */
  readonly message?: string;
  /** What was missing or refused: a module, a variable, an address; absent when the message does not name it. */
  readonly subject?: string;
  /** The application's innermost frame: "shop/models.py:12". */
  readonly where?: string;
};

export type BootWords = {
  readonly traceback?: Traceback;
  /** A line without a traceback, as "Failed to find attribute 'app' in 'shop'." */
  readonly line?: string;
  /** How the application is named to gunicorn: "shop.wsgi:app". */
  readonly app?: string;
};

/** Undefined when the words hold neither an exception nor a message. */
export function bootFailureOf({traceback, line, app}: BootWords): BootFailure | undefined {
  const exception = traceback?.exception?.replace(/^.*\.(?=[^.]+$)/, '');
  const message = traceback?.exception === undefined ? line?.replace(/\.$/, '') : traceback.message;
  if (exception === undefined && message === undefined) return undefined;

  const where = traceback && bootFrame(traceback, app);
  const common = {
    ...(exception !== undefined && {exception}),
    ...(message !== undefined && {message}),
    ...(where !== undefined && {where}),
  };
  const told = kindOf(exception, message ?? '', traceback, app);
  return {kind: told.kind, ...common, ...(told.subject !== undefined && {subject: told.subject})};
}

type Told = {readonly kind: BootFailureKind; readonly subject?: string | undefined};

function kindOf(exception: string | undefined, message: string, traceback: Traceback | undefined, app?: string): Told {
  if (exception === undefined && isBadAppName(message)) return {kind: 'bad-app-name'};
  if (exception === 'AppImportError') return {kind: 'bad-app-name'};
  if (isFromConfigFile(traceback)) return {kind: 'bad-config'};
  if (exception === 'ModuleNotFoundError' || exception === 'ImportError') return importKind(message, traceback, app);

  const variable = missingVariable(exception, message, traceback);
  if (variable) return {kind: 'missing-environment', subject: variable.name};
  if (exception === 'ConnectionRefusedError' || refusals.test(message))
    return {kind: 'refused-service', subject: addressIn(message)};
  if (exception === 'ConfigError' || message.startsWith('Failed to read config file')) return {kind: 'bad-config'};
  return {kind: 'other'};
}

/** The messages of util.py, import_app, which name the application that gunicorn was told to serve. */
function isBadAppName(message: string): boolean {
  return /^(?:Failed to find (?:attribute|application object)|Failed to parse |Function reference must be|Application object must be callable|TypeError: \w+\(\) )/.test(
    message,
  );
}

function isFromConfigFile(traceback: Traceback | undefined): boolean {
  const last = traceback?.frames.findLast(({file}) => !file.startsWith('<'));
  return last !== undefined && /(?:^|\/)gunicorn(?:[._-]conf|[._-]config)?\.py$/.test(last.file);
}

/** A module that is missing while gunicorn looks for the application itself was named wrongly, or is in another place. */
function importKind(message: string, traceback: Traceback | undefined, app: string | undefined): Told {
  const module = /^No module named ['"]?([\w.]{1,200})['"]?/.exec(message)?.[1];
  const own = applicationModule(app);
  const isOwn = module !== undefined && own !== undefined && (own === module || own.startsWith(`${module}.`));
  const neverInside = traceback !== undefined && bootFrame(traceback, app) === undefined;
  return isOwn && neverInside ? {kind: 'bad-app-name', subject: module} : {kind: 'missing-module', subject: module};
}

const validation = /validation errors? for \w*(?:settings|config|env)\w*(?:: ([\w., ]{1,200}))?/i;
const namedVariables: readonly RegExp[] = [
  // django-environ; environs; python-decouple; the words that most people choose for their own.
  /\bSet the (\w{1,100}) environment variable/,
  /\b[Ee]nvironment variable:? ["'`]?(\w{1,100})["'`]? (?:is )?(?:not set|not defined|missing|required|unset)/,
  /^(\w{1,100}) not found\. Declare it as envvar/,
  /\b(?:missing|required?|undefined|unset)\b.{0,40}\benv(?:ironment)?(?: var(?:iable)?)?s?\b:? ["'`]?([A-Z]\w{1,100})/i,
  /\b([A-Z][A-Z0-9]{0,50}_[A-Z0-9_]{1,100})\b (?:env(?:ironment)? var(?:iable)? )?(?:is |must be )?(?:required|not set|missing|unset)\b/,
  /^The (\w{1,100}) setting must not be empty/,
];

/** A variable that the environment does not have; its name where the words have it. */
function missingVariable(
  exception: string | undefined,
  message: string,
  traceback: Traceback | undefined,
): {readonly name?: string | undefined} | undefined {
  const raised = traceback?.frames.at(-1);
  // os.environ.__getitem__ raises it itself; the file is frozen from Python 3.11 on.
  const fromEnvironment =
    raised && /(?:\/|^<frozen )os(?:\.py|>)$/.test(raised.file) && raised.function === '__getitem__';
  if (exception === 'KeyError' && fromEnvironment) return {name: /^['"](\w{1,100})['"]$/.exec(message)?.[1]};

  const isSettings =
    traceback?.frames.some(({file}) => file.includes('/pydantic_settings/')) === true || validation.test(message);
  if (exception === 'ValidationError' && isSettings) return {name: validation.exec(message)?.[1]};

  const named = namedVariables.map((pattern) => pattern.exec(message)?.[1]).find((name) => name !== undefined);
  if (named !== undefined) return {name: named};
  return exception === 'UndefinedValueError' || exception === 'EnvError' || /environment variable/i.test(message)
    ? {}
    : undefined;
}

const refusals =
  /connection refused|connect call failed|could not connect to|can't connect to|error \d{1,3} (?:while )?connecting|max retries exceeded|name or service not known|name does not resolve|temporary failure in name resolution|no route to host|network is unreachable|NoBrokersAvailable|connection timed out/i;

const addresses: readonly RegExp[] = [
  /\bat "([^"\s]{1,200})"(?: \([\d.:a-f]{1,60}\))?, port (\d{1,5})/i,
  /\bhost='([^']{1,200})', port=(\d{1,5})/,
  /\('([^']{1,200})', (\d{1,5})\)/,
  /\bserver on '([^']{1,200})'/,
  /\b(?:connecting to|connect to) ((?:[\w.-]{1,200}|\[[\da-f:]{2,60}\]):\d{1,5})/i,
  /((?:\b[\w-][\w.-]{0,200}|\[[\da-f:]{2,60}\]):\d{2,5})\b/i,
];

/** "10.0.3.7:5432", as drivers of databases and HTTP clients write it. */
function addressIn(message: string): string | undefined {
  for (const pattern of addresses) {
    const match = pattern.exec(message);
    if (match?.[1] !== undefined) return match[2] === undefined ? match[1] : `${match[1]}:${match[2]}`;
  }
  return undefined;
}

/** What the kind is called to a reader. */
export const bootFailureWords: Readonly<Record<BootFailureKind, string>> = {
  'missing-module': 'missing module',
  'missing-environment': 'missing environment',
  'refused-service': 'refused service',
  'bad-config': 'bad config',
  'bad-app-name': 'bad app name',
  other: 'exception while starting',
};

/** "ModuleNotFoundError: stripe, at shop/models.py:12". */
export function bootFailureText(failure: BootFailure): string {
  const {exception, where} = failure;
  const what = [exception, said(failure)].filter((part) => part !== undefined).join(': ');
  return where === undefined ? what : `${what}, at ${where}`;
}

/** The same with what kind of mistake it is: "missing module, ModuleNotFoundError: stripe, at shop/models.py:12". */
export function bootFailureSentence(failure: BootFailure): string {
  const text = bootFailureText(failure);
  return failure.kind === 'other' ? text : `${bootFailureWords[failure.kind]}, ${text}`;
}

/** The subject stands for a message that says no more than what its kind says already. */
function said({kind, message, subject}: BootFailure): string | undefined {
  if (subject === undefined) return message;
  switch (kind) {
    case 'missing-module':
      return message?.startsWith('No module named') ? subject : message;
    case 'missing-environment':
      return message === `'${subject}'` ? `${subject} is not set` : message;
    case 'refused-service':
    case 'bad-config':
    case 'bad-app-name':
    case 'other':
      return message;
  }
}
