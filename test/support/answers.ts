import type { MutationAnswer } from './graphql-client.js';

/** Why it was refused; empty when it was not. */
export const codesOf = ({ userErrors }: MutationAnswer): readonly string[] =>
  userErrors.map(({ code }) => code);

/** Types of the events it wrote, in order. */
export const typesOf = ({ events }: MutationAnswer): readonly string[] => events.map(({ type }) => type);
