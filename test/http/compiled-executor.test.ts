import { expect } from 'chai';
import {
  buildSchema,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLScalarType,
  type GraphQLSchema,
  Kind,
  parse,
  validate,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { createCompiledExecutor } from '../../src/http/compiled-executor.js';

/** One thing that executors can get wrong each; compiled and interpreted they must give the same. */
const documents: readonly (readonly [
  what: string,
  query: string,
  variables?: Readonly<Record<string, unknown>>,
])[] = [
  ['plain fields', '{ text number yes nothing }'],
  ['aliases', '{ a: text b: text c: echo(text: "x") }'],
  ['asynchronous fields', '{ later thing { later name } }'],
  ['getters', '{ thing { computed } }'],
  ['an error in a nullable field', '{ text failing }'],
  ['an error in an asynchronous field', '{ text failingLater }'],
  ['an error with a code', '{ coded }'],
  ['an error in a field that is not nullable', '{ text thing { name never } }'],
  ['null in a field that is not nullable', '{ thing { name empty } }'],
  ['null in a field that is not nullable, up to the root', '{ neverRoot text }'],
  ['errors in list items', '{ things { name maybe } }'],
  ['null in a list of what is not nullable', '{ holes { name } text }'],
  ['a list of scalars', '{ words matrix }'],
  ['an empty list', '{ none { name } }'],
  ['an interface', '{ animals { __typename name ... on Dog { barks } ... on Cat { lives } } }'],
  [
    'an interface through fragments',
    '{ animals { ...A } } fragment A on Animal { name ... on Dog { barks } }',
  ],
  ['a union', '{ found { __typename ... on Dog { name barks } ... on Thing { name } } }'],
  ['__typename at the root', '{ __typename thing { __typename } }'],
  [
    '@skip and @include with literals',
    '{ text @skip(if: true) number @include(if: true) yes @include(if: false) }',
  ],
  [
    '@skip with a variable',
    'query ($s: Boolean!) { text @skip(if: $s) number @include(if: $s) }',
    { s: true },
  ],
  [
    '@include with a variable',
    'query ($s: Boolean!) { text @skip(if: $s) number @include(if: $s) }',
    { s: false },
  ],
  [
    '@include on fragments',
    'query ($s: Boolean!) { thing { ...T @include(if: $s) ... @skip(if: $s) { computed } } } fragment T on Thing { name }',
    { s: true },
  ],
  [
    'the same field under two conditions',
    'query ($s: Boolean!) { thing @include(if: $s) { name } thing { computed } }',
    { s: false },
  ],
  ['arguments from literals', '{ echo(text: "a \\"quoted\\" ünïcode") sum(of: [1, 2, 3]) }'],
  ['default values of arguments', '{ greet greet2: greet(name: null) greet3: greet(name: "you") }'],
  ['enum arguments', '{ paint(colour: GREEN) other: paint }'],
  ['input objects', '{ describe(box: { width: 2, tags: ["a"], inner: { height: 1 } }) }'],
  ['variables', 'query ($t: String!) { echo(text: $t) }', { t: 'from a variable' }],
  ['a variable in a list', 'query ($n: Int!) { sum(of: [1, $n, 3]) }', { n: 5 }],
  ['a variable left out', 'query ($n: String) { greet(name: $n) }'],
  ['a variable that is null', 'query ($n: String) { greet(name: $n) }', { n: null }],
  ['a default of a variable', 'query ($n: String = "dear") { greet(name: $n) }'],
  ['a variable in an input object', 'query ($w: Int!) { describe(box: { width: $w }) }', { w: 4 }],
  [
    'an input object as a variable',
    'query ($b: Box!) { describe(box: $b) }',
    { b: { width: 3, inner: { height: 9 } } },
  ],
  ['a default of a variable that is not nullable', 'query ($n: String! = "dear") { echo(text: $n) }'],
  ['a default of an argument that is not nullable', '{ must must2: must(n: 3) }'],
  [
    'a default of an input field that is not nullable',
    'query ($b: Strict!) { strict(box: $b) }',
    { b: { inner: {}, list: [{}] } },
  ],
  ['the same in a literal', '{ strict(box: { inner: {} }) }'],
  ['one item as a list', 'query ($o: [Int!]!) { sum(of: $o) }', { o: 7 }],
  ['an enum as a variable', 'query ($c: Colour) { paint(colour: $c) }', { c: 'GREEN' }],
  ['a scalar of our own', 'query ($m: Moment!) { shift(moment: $m) }', { m: '2024-01-01T00:00:00.000Z' }],
  ['a scalar of our own, literal', '{ shift(moment: "2024-01-01T00:00:00.000Z") }'],
  ['a scalar that cannot be written', '{ text broken }'],
  ['a mutation', 'mutation { a: count b: count c: count }'],
  ['a mutation that fails half way', 'mutation { a: count b: countFailing c: count }'],
  ['introspection', '{ __schema { queryType { name } } __type(name: "Thing") { fields { name } } }'],
  ['one operation of several', 'query one { text } query two { number }'],
];

/** What must be refused before any resolver runs. */
const refused: readonly (readonly [string, string, Readonly<Record<string, unknown>>])[] = [
  ['a variable of the wrong type', 'query ($t: String!) { echo(text: $t) }', { t: 5 }],
  ['a variable that is missing', 'query ($t: String!) { echo(text: $t) }', {}],
  ['null for what is not nullable', 'query ($t: String!) { echo(text: $t) }', { t: null }],
  ['an unknown enum value', 'query ($c: Colour) { paint(colour: $c) }', { c: 'PURPLE' }],
  ['an unknown input field', 'query ($b: Box!) { describe(box: $b) }', { b: { width: 1, depth: 2 } }],
  ['a missing input field', 'query ($b: Box!) { describe(box: $b) }', { b: { tags: [] } }],
  ['text for an object', 'query ($b: Box!) { describe(box: $b) }', { b: 'big' }],
  ['a number too large', 'query ($o: [Int!]!) { sum(of: $o) }', { o: [2_147_483_648] }],
  ['a fraction for a whole number', 'query ($o: [Int!]!) { sum(of: $o) }', { o: [1.5] }],
  ['a scalar of our own that is malformed', 'query ($m: Moment!) { shift(moment: $m) }', { m: 'tomorrow' }],
  ['a list item that is null', 'query ($o: [Int!]!) { sum(of: $o) }', { o: [1, null] }],
];

describe('the compiled executor', () => {
  for (const [what, query, variables = {}] of documents)
    it(`gives what graphql-js gives for ${what}`, async () => {
      const { interpreted, compiled } = await both(query, variables);
      expect(compiled).to.deep.equal(interpreted);
    });

  for (const [what, query, variables] of refused)
    it(`refuses ${what} in the words of graphql-js`, async () => {
      const { interpreted, compiled } = await both(query, variables);
      expect(interpreted).to.have.keys('errors');
      expect(compiled).to.deep.equal(interpreted);
    });

  it('keeps the context and the answers of two requests apart', async () => {
    const schema = testSchema();
    const run = createCompiledExecutor(schema, silent);
    const ask = (who: string) =>
      run(requestOf(schema, 'query ($t: String!) { echo(text: $t) who }', { t: who }, { who }));
    await ask('warm-up');
    await ask('warm-up');
    const answers = await Promise.all(['ann', 'bob', 'cid'].map(ask));
    expect(answers.map(({ data }) => data)).to.deep.equal(
      ['ann', 'bob', 'cid'].map((who) => ({ echo: who, who })),
    );
  });
});

async function both(query: string, variables: Readonly<Record<string, unknown>>) {
  const schema = testSchema();
  const document = parse(query);
  expect(validate(schema, document)).to.deep.equal([]);
  const operationName = query.startsWith('query one') ? 'two' : null;
  const interpreted = await execute({
    schema,
    document,
    variableValues: variables,
    contextValue: {},
    operationName,
  });
  const again = testSchema();
  expect(isCompiledQuery(compileQuery(again, document, operationName ?? undefined)), 'compiles').to.equal(
    true,
  );
  const run = createCompiledExecutor(again, silent);
  const request = () => requestOf(again, query, variables, {}, operationName);
  if (!query.startsWith('mutation')) await run(request());
  else await run({ ...request(), document: parse('mutation { warmUp: __typename }') });
  return { interpreted: plain(interpreted), compiled: plain(await run(request())) };
}

const silent = { error: () => {} };

type Request = Parameters<ReturnType<typeof createCompiledExecutor>>[0];

const requestOf = (
  schema: GraphQLSchema,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  context: object,
  operationName: string | null = null,
): Request =>
  ({
    schema,
    document: parse(query),
    queryHash: query,
    context,
    operationName,
    request: { variables, ...(operationName === null ? {} : { operationName }) },
  }) as unknown as Request;

/** As it goes over the wire: errors of one answer in the order of their paths, data without prototypes. */
function plain(result: ExecutionResult): ExecutionResult {
  const wire = JSON.parse(JSON.stringify(result)) as ExecutionResult;
  const errors = wire.errors?.map(({ message, path, extensions, locations }) => ({
    message,
    path,
    extensions,
    locations,
  }));
  const sorted = errors?.sort((a, b) => JSON.stringify(a.path).localeCompare(JSON.stringify(b.path)));
  return JSON.parse(
    JSON.stringify({ ...wire, ...(sorted === undefined ? {} : { errors: sorted }) }),
  ) as ExecutionResult;
}

function testSchema(): GraphQLSchema {
  const schema = buildSchema(`
    scalar Moment
    enum Colour { RED GREEN }
    input Inner { height: Int = 10 }
    input Box { width: Int!, tags: [String!] = ["none"], inner: Inner }
    input Stricter { flag: Boolean! = false }
    input Strict { colour: Colour! = GREEN, inner: Stricter, list: [Stricter!]! = [] }
    interface Animal { name: String! }
    type Dog implements Animal { name: String!, barks: Boolean }
    type Cat implements Animal { name: String!, lives: Int }
    type Thing { name: String!, later: String, computed: String, never: String!, empty: String!, maybe: String }
    union Found = Dog | Thing
    type Query {
      text: String number: Int yes: Boolean nothing: String later: String who: String
      failing: String failingLater: String coded: String neverRoot: String!
      thing: Thing things: [Thing] holes: [Thing!] none: [Thing!]! words: [String!]! matrix: [[Int]]
      animals: [Animal!]! found: [Found!]!
      echo(text: String!): String sum(of: [Int!]!): Int greet(name: String = "world"): String
      paint(colour: Colour = RED): Colour describe(box: Box!): String
      must(n: Int! = 50): Int strict(box: Strict!): String shift(moment: Moment!): Moment broken: Moment
    }
    type Mutation { count: Int countFailing: Int }
  `);
  const moment = schema.getType('Moment') as GraphQLScalarType;
  const read = (value: unknown) => {
    const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(ms)) throw new GraphQLError('not a moment');
    return ms;
  };
  Object.assign(moment, {
    parseValue: read,
    parseLiteral: (node: { kind: string; value?: unknown }) =>
      read(node.kind === Kind.STRING ? node.value : null),
    serialize: (value: unknown) => {
      if (typeof value !== 'number') throw new GraphQLError('a moment is missing its value');
      return new Date(value).toISOString();
    },
  });
  let counted = 0;
  resolve(schema, 'Query', {
    text: () => 'text',
    number: () => 42,
    yes: () => true,
    later: () => soon('later'),
    who: (_: unknown, __: unknown, context: { who?: string }) => soon(context.who ?? null),
    failing: () => {
      throw new Error('it failed');
    },
    failingLater: async () => {
      await soon(null);
      throw new Error('it failed later');
    },
    coded: () => {
      throw new GraphQLError('coded', { extensions: { code: 'BAD_USER_INPUT', field: 'x' } });
    },
    neverRoot: () => null,
    thing: () => new Thing('one'),
    things: () => [new Thing('one'), null, new Thing('two')],
    holes: () => [new Thing('one'), null],
    none: () => [],
    words: () => ['a', 'b'],
    matrix: () => [[1, null], null, []],
    animals: () =>
      soon([
        { kind: 'Dog', name: 'rex', barks: true },
        { kind: 'Cat', name: 'tom', lives: 9 },
      ]),
    found: () => [{ kind: 'Dog', name: 'rex', barks: false }, new Thing('lost')],
    echo: (_: unknown, args: { text: string }) => args.text,
    sum: (_: unknown, args: { of: number[] }) => args.of.reduce((a, b) => a + b, 0),
    greet: (_: unknown, args: object) => JSON.stringify(args),
    paint: (_: unknown, args: { colour?: string }) => args.colour,
    describe: (_: unknown, args: object) => JSON.stringify(args),
    shift: (_: unknown, args: { moment: number }) => args.moment + 1,
    must: (_: unknown, args: { n: number }) => args.n,
    strict: (_: unknown, args: object) => JSON.stringify(args),
    broken: () => 'not a number',
  });
  resolve(schema, 'Thing', {
    later: () => soon('later'),
    never: () => {
      throw new Error('never');
    },
    maybe: (thing: Thing) => {
      if (thing.name === 'two') throw new Error('not this one');
      return 'maybe';
    },
  });
  resolve(schema, 'Mutation', {
    count: async () => {
      await soon(null);
      counted += 1;
      return counted;
    },
    countFailing: async () => {
      await soon(null);
      throw new Error('not counted');
    },
  });
  for (const name of ['Animal', 'Found']) {
    const type = schema.getType(name) as unknown as { resolveType: (value: { kind?: string }) => string };
    type.resolveType = ({ kind }) => kind ?? 'Thing';
  }
  return schema;
}

class Thing {
  readonly #name: string;
  readonly empty = null;
  constructor(name: string) {
    this.#name = name;
  }
  get name(): string {
    return this.#name;
  }
  get computed(): string {
    return `computed ${this.#name}`;
  }
}

const soon = <T>(value: T): Promise<T> => new Promise((resolve) => setImmediate(() => resolve(value)));

function resolve(schema: GraphQLSchema, type: string, resolvers: Readonly<Record<string, unknown>>): void {
  const fields = (schema.getType(type) as GraphQLObjectType).getFields();
  for (const [name, resolver] of Object.entries(resolvers))
    Object.assign(fields[name] ?? {}, { resolve: resolver });
}
