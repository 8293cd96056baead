import { Field, ID, InputType } from 'type-graphql';
import { badInput } from './api-error.js';
import { takesUpTo } from './list-size.js';

/**
 * Most people one request may name. An account's own bulkLimit refuses fewer with BULK_LIMIT_EXCEEDED and its numbers;
 * this one only keeps the work of a request bounded.
 */
export const MAX_SELECTED = 5_000;

/** Most of them with tokens: what one bulkPreview gives tokens for, and what a body holds wherever they are. */
export const MAX_WITH_TOKENS = 1_000;

@InputType({ description: 'People of one account.' })
export class MembersInput {
  @Field(() => ID, { description: 'The account; named once in a selection.' })
  accountId!: string;

  @takesUpTo(MAX_SELECTED)
  @Field(() => [ID], { description: 'The people, each once.' })
  userIds!: string[];
}

/** @throws BAD_USER_INPUT for an empty, doubled or too large selection */
export const checkMembers = (selection: readonly MembersInput[], field: string): void =>
  checkSelection(
    selection.map(({ accountId, userIds }) => ({ accountId, userIds, field: 'userIds' })),
    field,
  );

interface Part {
  readonly accountId: string;
  readonly userIds: readonly string[];
  /** Field that names the people, inside the part. */
  readonly field: string;
}

/**
 * Somebody named twice would be counted, and perhaps refused, twice.
 * @throws BAD_USER_INPUT for an empty, doubled or too large selection
 */
export function checkSelection(parts: readonly Part[], field: string): void {
  if (parts.length === 0) throw badInput(field, `${field} must name at least one account`);
  const selected = parts.reduce((sum, { userIds }) => sum + userIds.length, 0);
  if (selected > MAX_SELECTED)
    throw badInput(field, `${field} names ${selected} people; one request takes at most ${MAX_SELECTED}`);
  refuseTwice(
    parts.map(({ accountId }) => accountId),
    (index) => `${field}.${index}.accountId`,
  );
  for (const [index, part] of parts.entries()) {
    const path = `${field}.${index}.${part.field}`;
    if (part.userIds.length === 0) throw badInput(path, `${path} must name at least one user`);
    refuseTwice(part.userIds, (at) => `${path}.${at}`);
  }
}

function refuseTwice(ids: readonly string[], pathOf: (index: number) => string): void {
  const seen = new Set<string>();
  for (const [index, id] of ids.entries()) {
    const path = pathOf(index);
    if (seen.has(id)) throw badInput(path, `${path} is named twice; name each once`);
    seen.add(id);
  }
}
