import {
  type GraphQLInputField,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';
import { buildMusterSchema } from '../../schema/build-schema.js';
import { daysAhead } from './days-ahead.js';
import type { GraphqlClient, MutationAnswer } from './graphql-client.js';

type Input = Readonly<Record<string, unknown>>;

/** An input with one field, however deep it lies, that is another. */
export interface ChangedInput {
  /** Dotted: `person.email`. */
  readonly path: string;
  readonly input: Input;
}

/** Of no account, person, group or application. */
const OTHER_ID = 'f0f0f0f0-0000-4000-8000-000000000002';

/** What names the key's own place, or is no part of what is done. */
const notCompared: ReadonlySet<string> = new Set(['accountId', 'idempotencyKey', 'dryRun']);

const schema = buildMusterSchema();

/** The input of a mutation with each of its fields changed in turn. */
export function changedInputs(mutation: string, input: Input): readonly ChangedInput[] {
  const type = schema.getType(`${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`);
  if (!isInputObjectType(type)) throw new Error(`${mutation} has no input of its own`);
  return Object.values(type.getFields())
    .filter(({ name }) => !notCompared.has(name) || (name === 'accountId' && mutation === 'sessionEnded'))
    .flatMap((field) => changesOf(field, input));
}

function changesOf(field: GraphQLInputField, input: Input): readonly ChangedInput[] {
  const { name, type, defaultValue } = field;
  return changes(type, input[name] ?? defaultValue, name).map(({ path, value }) => ({
    path,
    input: { ...input, [name]: value },
  }));
}

interface Change {
  readonly path: string;
  readonly value: unknown;
}

function changes(type: GraphQLInputType, value: unknown, path: string): readonly Change[] {
  if (isNonNullType(type)) return changes(type.ofType, value, path);
  if (isListType(type)) {
    const items = Array.isArray(value) ? value : [];
    return [{ path, value: [...items, another(type.ofType, undefined, path)] }];
  }
  if (!isInputObjectType(type) || value === undefined) return [{ path, value: another(type, value, path) }];
  const given = value as Input;
  return Object.values(type.getFields()).flatMap((field) =>
    changesOf(field, given).map((change) => ({ path: `${path}.${change.path}`, value: change.input })),
  );
}

function another(type: GraphQLInputType, value: unknown, path: string): unknown {
  if (isNonNullType(type)) return another(type.ofType, value, path);
  if (isListType(type)) return [another(type.ofType, undefined, path)];
  if (isEnumType(type))
    return type.getValues().find(({ name }) => name !== value && !name.startsWith('APPLICATION'))?.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const required = fields.filter(isRequiredInputField);
    const chosen = required.length > 0 ? required : fields.slice(0, 1);
    return Object.fromEntries(chosen.map((field) => [field.name, another(field.type, undefined, path)]));
  }
  switch (type.name) {
    case 'ID':
      return OTHER_ID;
    case 'Boolean':
      return value !== true;
    case 'Int':
      return typeof value === 'number' ? value + 1 : 60;
    case 'DateTime':
      return daysAhead(27);
    default:
      return path.endsWith('email') ? 'another@example.test' : `${value ?? ''}x`;
  }
}

/** What is answered to it under the key of another: the outcome, or the code it is refused with. */
export async function answerTo(client: GraphqlClient, mutation: string, input: Input): Promise<string> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;
  const document = `mutation ($input: ${type}) { ${mutation}(input: $input) { outcome userErrors { code } } }`;
  const { data, errors } = await client.send(document, { input: { ...input, idempotencyKey: 'once' } });
  const [error] = errors ?? [];
  if (error !== undefined) return String(error.extensions.code);
  const { outcome, userErrors } = data[mutation] as MutationAnswer;
  return userErrors[0]?.code ?? outcome;
}

/** Fields that lead to something else than IDEMPOTENCY_KEY_REUSED. */
export const whatComesOf: Readonly<Record<string, string>> = {
  // Of no use beside the address, or for a duty that is no application's.
  'person.userId': 'BAD_USER_INPUT',
  'person.identity': 'BAD_USER_INPUT',
  'responsibility.applicationId': 'BAD_USER_INPUT',
  // Only for somebody new; it is in no fingerprint, where it could be guessed.
  'person.name': 'APPLIED',
  // No such type of event, and no such address.
  types: 'BAD_USER_INPUT',
};
