import type { Rejection } from '../src/domain/rejection.js';
import { apiError } from './api-error.js';

/**
 * How a query answers what the application refuses: what is unknown or not visible is null.
 * @throws PERMISSION_DENIED, BAD_USER_INPUT
 */
export function refusedQuery({ code, message, permission, field }: Rejection): null {
  if (code === 'NOT_FOUND') return null;
  if (code === 'PERMISSION_DENIED')
    throw apiError('PERMISSION_DENIED', message, permission === undefined ? {} : { permission });
  throw apiError('BAD_USER_INPUT', message, field === undefined ? {} : { field });
}
