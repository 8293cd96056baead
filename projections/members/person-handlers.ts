import type { EventOf, Moment } from '../projection.js';
import type { MemberRows } from './member-rows.js';
import { newRow } from './plain-cache.js';
import type { ErasureRow, LegalHoldRow } from './process-rows.js';

export function requestErasure(rows: MemberRows, event: EventOf<'ErasureRequested'>, moment: Moment): void {
  const { erasures } = rows.processes;
  const { userId } = event.data;
  erasures.add(
    userId,
    newRow<ErasureRow>(erasures, {
      userId,
      status: 'REQUESTED',
      requestedAt: moment.occurredAt,
      requestedBy: event.actor.id,
      erasedAt: null,
      receipt: null,
    }),
  );
}

export function finishErasure(rows: MemberRows, event: EventOf<'PersonalDataErased'>, moment: Moment): void {
  const { erasures } = rows.processes;
  const { userId, receipt } = event.data;
  const row = erasures.find(userId);
  if (row === null)
    throw new Error(`${event.type} of ${event.stream} ends an erasure that no event before it requested`);
  row.status = 'ERASED';
  row.erasedAt = moment.occurredAt;
  row.receipt = JSON.stringify(receipt);
  erasures.touch(row);
}

export function placeLegalHold(rows: MemberRows, event: EventOf<'LegalHoldPlaced'>, moment: Moment): void {
  const { legalHolds } = rows.processes;
  const { userId, holdId } = event.data;
  legalHolds.add(
    holdId,
    newRow<LegalHoldRow>(legalHolds, {
      holdId,
      userId,
      placedAt: moment.occurredAt,
      placedBy: event.actor.id,
      reasonCode: event.reason?.code ?? null,
      ticket: event.reason?.ticket ?? null,
      releasedAt: null,
    }),
  );
}

export function releaseLegalHold(
  rows: MemberRows,
  event: EventOf<'LegalHoldReleased'>,
  moment: Moment,
): void {
  const { legalHolds } = rows.processes;
  const { holdId } = event.data;
  const row = legalHolds.find(holdId);
  if (row === null)
    throw new Error(`${event.type} of ${event.stream} releases the hold ${holdId}, which nobody placed`);
  row.releasedAt = moment.occurredAt;
  legalHolds.touch(row);
}
