import { type ValidationError, validateSync } from 'class-validator';
import { badInput } from './api-error.js';
import { MutationInput } from './mutations/mutation-input.js';

/**
 * Looks at one argument by the rules written on its class.
 * @throws BAD_USER_INPUT naming the first field at fault
 */
export function validateInput(value: unknown): void {
  if (typeof value !== 'object' || value === null || value instanceof Date) return;
  const [first] = validateSync(value, { skipMissingProperties: true, forbidUnknownValues: false });
  if (first === undefined) return;
  const { path, message } = faultOf(first);
  throw badInput(value instanceof MutationInput ? `input.${path}` : path, message);
}

function faultOf({ property, constraints, children }: ValidationError): { path: string; message: string } {
  const [message] = Object.values(constraints ?? {});
  if (message !== undefined) return { path: property, message };
  const [child] = children ?? [];
  if (child === undefined) return { path: property, message: `${property} cannot be used` };
  const inner = faultOf(child);
  return { path: `${property}.${inner.path}`, message: inner.message };
}
