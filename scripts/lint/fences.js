import path from 'node:path';

/**
 * The direction of imports, as a table: what each room of `source/` may import. The first entry whose `room` holds the
 * file decides, so one file that wraps a package stands before the room it is in. All else is refused, a file without
 * an entry and a package without a place included. `x/` is a folder, `x*` and `node:` are beginnings, the rest is a
 * file without its extension or a package. In view/ only components, which are `.tsx`, know React.
 */
const model = [
  'observation',
  'activity',
  'changed-file',
  'heartbeat',
  'machine-sample',
  'sender',
  'source-state',
  'gunicorn/',
];
const verdicts = [...model, 'diagnosis/', 'inspection', 'snapshot'];

const table = [
  {room: model, mayImport: model},
  {room: ['ledger/'], mayImport: [...model, 'ledger/']},
  {room: ['diagnosis/'], mayImport: [...model, 'ledger/', 'diagnosis/']},
  {room: ['inspection', 'snapshot'], mayImport: [...verdicts, 'ledger/']},
  {room: ['packed-snapshot'], mayImport: ['snapshot', 'node:']},

  {room: ['sensors/processes'], mayImport: [...model, 'sensors/', 'node:', 'ps-list']},
  {room: ['sensors/usage'], mayImport: [...model, 'sensors/', 'node:', 'pidusage']},
  {room: ['sensors/'], mayImport: [...model, 'sensors/', 'node:']},
  {
    room: ['peek/'],
    mayImport: [...model, 'peek/', 'sensors/files', 'sensors/procfs', 'sensors/reading', 'sensors/yama', 'node:'],
  },
  {room: ['recording/'], mayImport: [...model, 'recording/', 'node:']},
  {room: ['session/'], mayImport: [...verdicts, 'session/', 'sensors/', 'peek/', 'recording/', 'node:']},

  {room: ['view/'], extension: '.tsx', mayImport: [...verdicts, 'view/', 'ink', 'react']},
  {room: ['view/key-names'], mayImport: [...verdicts, 'view/', 'ink']},
  {room: ['view/timeline'], mayImport: [...verdicts, 'view/', 'packed-snapshot']},
  {room: ['view/'], mayImport: [...verdicts, 'view/']},
  {room: ['export/'], mayImport: [...verdicts, 'export/', 'view/format*']},
  {room: ['report/'], mayImport: [...verdicts, 'report/', 'view/format*']},

  {room: ['demo/'], mayImport: ['demo/', 'node:']},
  {
    room: ['commands/'],
    mayImport: [
      ...verdicts,
      'commands/',
      'session/',
      'sensors/',
      'peek/',
      'recording/',
      'ledger/',
      'view/',
      'export/',
      'report/',
      'demo/',
      'node:',
      'ink',
      'react',
    ],
  },
  {room: ['cli'], mayImport: ['polyfill', 'commands/', 'node:', 'meow']},
  {room: ['polyfill'], mayImport: []},
];

const holds = (places, name) =>
  places.some((place) => (/[/:*]$/.test(place) ? name.startsWith(place.replace('*', '')) : name === place));

const withoutExtension = (file) => file.replace(/\.[jt]sx?$/, '');

const importDirection = {
  create(context) {
    const source = path.join(context.cwd, 'source');
    const file = withoutExtension(path.relative(source, context.filename));
    const entry = table.find(({room, extension = ''}) => holds(room, file) && context.filename.endsWith(extension));

    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string') {
        return;
      }

      const target = specifier.startsWith('.') ? withoutExtension(path.join(path.dirname(file), specifier)) : specifier;
      if (!entry || !holds(entry.mayImport, target)) {
        const allowed = entry?.mayImport.join(', ') || 'nothing';
        context.report({node, message: `${file} may not import ${target}: this room may import ${allowed}.`});
      }
    };

    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

/** `new Date()` and `Date()` read the clock, `new Date(value)` does not; no built-in rule can tell them apart. */
const noClock = {
  create(context) {
    const check = (node) => {
      if (node.callee.type === 'Identifier' && node.callee.name === 'Date' && node.arguments.length === 0) {
        context.report({node, message: 'Pure code does not read the clock: take the time as a value.'});
      }
    };
    return {NewExpression: check, CallExpression: check};
  },
};

export default {meta: {name: 'fences'}, rules: {'import-direction': importDirection, 'no-clock': noClock}};
