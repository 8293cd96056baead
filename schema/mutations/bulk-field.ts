import { type FieldPath, inInput } from '../types/user-error.js';
import type { BulkInput } from './bulk-input.js';

/** Where in the arguments a refusal points: for the whole, and for a person in an account. */
export interface BulkFields {
  readonly ofWhole: FieldPath;
  readonly ofItem: (accountId: string, userId: string) => FieldPath;
}

/** The rules speak of one person, one account, a list of items; the caller of a selection. */
export function fieldsOfSelection({ selection }: BulkInput): BulkFields {
  const places = new Map<string, { readonly part: string; readonly list: string; readonly person: string }>();
  for (const [at, { accountId, users, items }] of selection.entries()) {
    const part = `input.selection.${at}`;
    const list = items == null ? `${part}.users` : `${part}.items`;
    for (const [index, userId] of (users ?? items?.map((item) => item.userId) ?? []).entries())
      places.set(`${accountId} ${userId}`, { part, list, person: `${list}.${index}` });
  }
  return {
    ofWhole: (field) =>
      field === 'accountId' || field === 'items' || field === 'previewToken'
        ? 'input.selection'
        : inInput(field),
    ofItem: (accountId, userId) => {
      const place = places.get(`${accountId} ${userId}`);
      if (place === undefined) return inInput;
      const { part, list, person } = place;
      const isNamedWithToken = list.endsWith('.items');
      return (field) => {
        if (field === 'items') return list;
        if (field === 'userId' || field === 'previewToken')
          return isNamedWithToken ? `${person}.${field}` : person;
        return field === 'accountId' || isSuccessor(field) ? `${part}.${field}` : inInput(field);
      };
    },
  };
}

export const isSuccessor = (field: string): boolean =>
  field === 'successors' || field.startsWith('successors.');
