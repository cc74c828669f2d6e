/**
 * Where each field lies in the structures of CPython, in bytes, per minor version; "t" is a free-threaded build.
 *
 * Made with `offsetof()` compiled against the headers of each version on x86-64; aarch64 compiles to the same values.
 * The tests run 3.8 to 3.15 and 3.13t on x86-64, each where it is installed; 3.14t, 3.15t and all of aarch64 were
 * compiled and not run. "-" is a field that a version does not have. From 3.13 on a program tells most of them itself
 * (debug-offsets.ts).
 */
const versions = ['3.8', '3.9', '3.10', '3.11', '3.12', '3.13', '3.14', '3.15', '3.13t', '3.14t', '3.15t'] as const;

const table = `
  runtimeInterpreters      32   32   32   40   40  632  808  936  632  808  936
  interpreterThreads        8    8    8   16   72 7344 7344 7336 7344 7344 7336
  interpreterModules       56  856  856  888  944 7656 7688 7592 7664 7712 7592
  threadNext                8    8    8    8    8    8    8    8    8    8    8
  threadInterpreter        16   16   16   16   16   16   16   16   16   16   16
  threadIdent             176  176  176  152  136  152  152  176  152  152  176
  threadSize              264  264  280  360  288  312  832  888  312  832  888
  threadNativeId            -    -    -  160  144  160  160  184  160  160  184
  threadFrame              24   24   24    -    -    -    -    -    -    -    -
  threadCFrame              -    -    -   56   56    -    -    -    -    -    -
  threadCurrentFrame        -    -    -    -    -   72   72   72   72   72   72
  threadStackChunk          -    -    -  296  232  232  232  256  232  232  256
  threadStackTop            -    -    -  304  240  240  240  264  240  240  264
  cframeFrame               -    -    -    8    0    -    -    -    -    -    -
  framePrevious            24   24   24   48    8    8    8    8    8    8    8
  frameCode                32   32   32   32    0    0    0    0    0    0    0
  frameLocals             360  360  352   72   72   72   80   80   72   80   80
  frameLastInstruction    104  104   96    -    -    -    -    -    -    -    -
  frameInstruction          -    -    -   56   56   56   56   56   56   56   56
  frameOwner                -    -    -   69   70   70   74   74   70   78   78
  frameStackPointer         -    -    -    -    -    -   64   64    -   64   64
  generatorFrame           16   16   16    -    -    -    -    -    -    -    -
  generatorInlineFrame      -    -    -   80   72   72   72   72   88   88   88
  generatorState            -    -    -   75   67   67   67   67   83   83   83
  codeName                112  112  112  120  120  120  120  120  136  136  136
  codeFilename            104  104  104  112  112  112  112  112  128  128  128
  codeFirstLine            40   40   40   72   68   68   68   68   84   84   84
  codeLineTable           120  120  120  136  136  136  136  136  152  152  152
  codeSize                176  176  176  192  200  208  216  216  224  240  240
  codeInstructions          -    -    -  184  192  200  208  208  216  232  232
  codeLocalNames            -    -    -   96   96   96   96   96  112  112  112
  codeLocalKinds            -    -    -  104  104  104  104  104  120  120  120
  codeLocalCount           28   28   28    -    -    -    -    -    -    -    -
  codeVariables            72   72   72    -    -    -    -    -    -    -    -
  codeCells                88   88   88    -    -    -    -    -    -    -    -
  codeFrees                80   80   80    -    -    -    -    -    -    -    -
  objectType                8    8    8    8    8    8    8    8   24   24   24
  objectSize               16   16   16   16   16   16   16   16   32   32   32
  typeName                 24   24   24   24   24   24   24   24   40   40   40
  typeBasicSize            32   32   32   32   32   32   32   32   48   48   48
  typeFlags               168  168  168  168  168  168  168  168  184  184  184
  typeDictOffset          288  288  288  288  288  288  288  288  304  304  304
  typeDict                264  264  264  264  264  264  264  264  280  280  280
  typeMro                 344  344  344  344  344  344  344  344  360  360  360
  typeCachedKeys          872  864  872  872  880  880  880  888  896  896  904
  dictKeys                 32   32   32   32   32   32   32   32   48   48   48
  dictValues               40   40   40   40   40   40   40   40   56   56   56
  keysSize                  8    8    8    -    -    -    -    -    -    -    -
  keysIndexBytes            -    -    -    9    9    9    9    9    9    9    9
  keysKind                  -    -    -   10   10   10   10   10   10   10   10
  keysEntryCount           32   32   32   24   24   24   24   24   24   24   24
  keysIndices              40   40   40   32   32   32   32   32   32   32   32
  valuesStart               -    -    -    0    0    8    8    8    8    8    8
  valuesValid               -    -    -    -    -    3    3    3    3    3    3
  varSize                  16   16   16   16   16   16   16   16   32   32   32
  tupleItems               24   24   24   24   24   24   32   32   40   48   48
  listItems                24   24   24   24   24   24   24   24   40   40   40
  bytesData                32   32   32   32   32   32   32   32   48   48   48
  intTag                    -    -    -    -   16   16   16   16   32   32   32
  intDigits                24   24   24   24   24   24   24   24   40   40   40
  strLength                16   16   16   16   16   16   16   16   32   32   32
  strState                 32   32   32   32   32   32   32   32   48   48   48
  strAsciiSize             48   48   48   48   40   40   40   40   56   56   56
  strCompactSize           72   72   72   72   56   56   56   56   72   72   72
  cellValue                16   16   16   16   16   16   16   16   32   32   32
  methodSelf               24   24   24   24   24   24   24   24   40   40   40
  setUsed                  24   24   24   24   24   24   24   24   40   40   40
  setMask                  32   32   32   32   32   32   32   32   48   48   48
  setTable                 40   40   40   40   40   40   40   40   56   56   56
`;

export type Offsets = ReadonlyMap<string, number>;

function column(index: number): Offsets {
  const offsets = new Map<string, number>();
  for (const row of table.trim().split('\n')) {
    const [name = '', ...values] = row.trim().split(/\s+/);
    const value = values[index];
    if (value !== undefined && value !== '-') offsets.set(name, Number(value));
  }

  return offsets;
}

const columns: ReadonlyMap<string, Offsets> = new Map(versions.map((version, index) => [version, column(index)]));

/** The fields of a version such as "3.11" or "3.13t"; undefined for one that is not known. */
export function offsetsOf(version: string): Offsets | undefined {
  return columns.get(version);
}

/** The oldest and the newest version that can be read, for messages. */
export const knownVersions = {first: '3.8', last: '3.15'} as const;
