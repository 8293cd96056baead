import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { badInput } from './api-error.js';
import { MAX_ITEMS } from './list-size.js';
import { MULTILINE } from './multiline.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Longest list in one input, unless the field says otherwise. */
const MAX_LIST = 1_000;

/** Control characters and halves of characters: no search finds them, no mail and no list shows them. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;
const UNPRINTABLE_IN_LINES = /[^\P{Cc}\t\n\r]|\p{Cs}/u;

/** Gives the value to go on with: ids in lower case, all else as it came. */
type Check = (value: unknown, path: string) => unknown;

/**
 * Every argument of type ID is a UUID and every text is one line without control characters, however deep it lies: no
 * resolver can forget to look. Ids are the same in upper and lower case; inside they are in lower case.
 */
export function checkArguments(schema: GraphQLSchema): void {
  const checks = new Map<GraphQLInputType, Check | null>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) guard(field, checks);
  }
}

function guard(field: GraphQLField<unknown, unknown>, checks: Map<GraphQLInputType, Check | null>): void {
  const guarded = field.args.flatMap((arg) => namedCheck(arg, checks));
  if (guarded.length === 0) return;
  const { resolve, subscribe } = field;
  if (resolve !== undefined)
    field.resolve = (source, args, context, info) =>
      resolve(source, checked(args, guarded, ''), context, info);
  if (subscribe !== undefined)
    field.subscribe = (source, args, context, info) =>
      subscribe(source, checked(args, guarded, ''), context, info);
}

interface NamedCheck {
  readonly name: string;
  readonly check: Check;
}

/** The same object when every value is as it came. */
function checked(
  given: Readonly<Record<string, unknown>>,
  checks: readonly NamedCheck[],
  path: string,
): Readonly<Record<string, unknown>> {
  let result = given;
  for (const { name, check } of checks) {
    const value = check(given[name], `${path}${name}`);
    if (value !== given[name]) result = { ...result, [name]: value };
  }
  return result;
}

function namedCheck(
  arg: GraphQLArgument | GraphQLInputField,
  checks: Map<GraphQLInputType, Check | null>,
): NamedCheck[] {
  const check = checkOfArgument(arg, checks);
  return check === null ? [] : [{ name: arg.name, check }];
}

function checkOfArgument(
  { type, extensions }: GraphQLArgument | GraphQLInputField,
  checks: Map<GraphQLInputType, Check | null>,
): Check | null {
  if (extensions[MULTILINE] === true) return checkLines;
  const maxItems = extensions[MAX_ITEMS];
  return typeof maxItems === 'number'
    ? listCheck(checkOf(itemOf(type), checks), maxItems)
    : checkOf(type, checks);
}

function itemOf(type: GraphQLInputType): GraphQLInputType {
  if (isNonNullType(type)) return itemOf(type.ofType);
  if (isListType(type)) return type.ofType;
  throw new Error(`only a list can say how long it may be, not ${type}`);
}

function checkOf(type: GraphQLInputType, checks: Map<GraphQLInputType, Check | null>): Check | null {
  const known = checks.get(type);
  if (known !== undefined) return known;
  const check = makeCheck(type, checks);
  checks.set(type, check);
  return check;
}

function makeCheck(type: GraphQLInputType, checks: Map<GraphQLInputType, Check | null>): Check | null {
  if (isNonNullType(type)) return checkOf(type.ofType, checks);
  if (isListType(type)) return listCheck(checkOf(type.ofType, checks), MAX_LIST);
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).flatMap((field) => namedCheck(field, checks));
    if (fields.length === 0) return null;
    return (value, path) => {
      if (value === null || value === undefined) return value;
      return checked(value as Readonly<Record<string, unknown>>, fields, `${path}.`);
    };
  }
  if (type.name === 'String') return checkText;
  return type.name === 'ID' ? checkId : null;
}

function listCheck(check: Check | null, maxItems: number): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return value;
    if (value.length > maxItems) throw badInput(path, `${path} has more than ${maxItems} items`);
    return check === null ? value : value.map((item, index) => check(item, `${path}.${index}`));
  };
}

function checkId(value: unknown, path: string): unknown {
  if (value === null || value === undefined) return value;
  if (typeof value === 'string' && UUID.test(value)) return value.toLowerCase();
  throw badInput(path, `${path} is not an id: ids are UUIDs, like 4f0c9c7e-3d0b-4b57-9f0e-6a1b8f6c2d11`);
}

function checkText(value: unknown, path: string): unknown {
  if (typeof value !== 'string' || !UNPRINTABLE.test(value)) return value;
  throw badInput(path, `${path} is one line of text: it takes no control characters or halves of characters`);
}

function checkLines(value: unknown, path: string): unknown {
  if (typeof value !== 'string' || !UNPRINTABLE_IN_LINES.test(value)) return value;
  throw badInput(path, `${path} takes no control characters but tabs and line breaks`);
}
