import { counted } from '../counted.js';
import type { Decision } from '../decider.js';
import { type Rejection, reject, type SeatRemedy } from '../rejection.js';
import type { ChangeSeatPlan } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import type { AccountPolicy } from './policy.js';
import type { AccountRow } from './state.js';

export const MAX_SEATS = 10_000_000;

export interface SeatUse {
  /** Plan and add-ons together; null = no limit. */
  readonly limit: number | null;
  /** Members with access, frozen ones too. */
  readonly inUse: number;
  /** Held for open invitations, as the policy says. */
  readonly reserved: number;
}

export const seatUse = (
  { planSeats, addOnSeats, seatsInUse, pendingInvitations }: AccountRow,
  { invitationReservesSeat }: Pick<AccountPolicy, 'invitationReservesSeat'>,
): SeatUse => ({
  limit: planSeats === null ? null : planSeats + addOnSeats,
  inUse: seatsInUse,
  reserved: invitationReservesSeat ? pendingInvitations : 0,
});

/** One more seat, or as many as asked for, under a hard limit (D3-25). Zero asks whether the present use fits. */
export const checkSeats = (account: AccountRow, requested = 1): Rejection | null => {
  const { limit, inUse, reserved } = seatUse(account, account.policy);
  if (account.policy.seatEnforcement === 'OFF' || limit === null || inUse + reserved + requested <= limit)
    return null;
  const remedies: readonly SeatRemedy[] =
    reserved > 0 ? ['END_MEMBERSHIPS', 'REVOKE_INVITATIONS', 'ADD_SEATS'] : ['END_MEMBERSHIPS', 'ADD_SEATS'];
  return reject(
    'SEAT_LIMIT_EXCEEDED',
    `Of ${counted(limit, 'seat')} ${inUse} ${inUse === 1 ? 'is' : 'are'} in use${reserved > 0 ? ` and ${reserved} held for invitations` : ''}: ` +
      'deactivate or remove members, or add seats.',
    { seats: { limit, inUse, reserved, requested, remedies } },
  );
};

/** A plan that the present use does not fit into is refused with the numbers. */
export const changeSeatPlan = ({ account }: Case, command: ChangeSeatPlan): Decision<AccountEvent> => {
  const { planSeats, addOnSeats } = command;
  if (!isCount(addOnSeats) || (planSeats !== null && !isCount(planSeats)))
    return reject('INVALID_INPUT', `Seats are a whole number from 0 to ${MAX_SEATS}.`, {
      field: isCount(addOnSeats) ? 'planSeats' : 'addOnSeats',
    });
  if (planSeats === account.planSeats && addOnSeats === account.addOnSeats) return [];
  return (
    checkSeats({ ...account, planSeats, addOnSeats }, 0) ?? [
      { type: 'SeatPlanChanged', data: { planSeats, addOnSeats } },
    ]
  );
};

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= MAX_SEATS;
