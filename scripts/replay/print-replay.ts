import type { ReplayedEvent } from '../../src/application/replay.js';
import type { StateChange, StateRow } from '../../src/domain/account/state-changes.js';
import { print, printJson, styled } from '../cli/terminal.js';
import type { Difference } from './compare-facts.js';

const HEAD = ['revision', 'position', 'when', 'event', 'by'];
const WIDTHS = [8, 8, 24, 26];
const INDENT = ' '.repeat(20);

export function printAccount(accountId: string): void {
  print(styled(process.stdout, 'bold', `account ${accountId}`));
}

export function printHead(): void {
  print(styled(process.stdout, 'bold', columns(HEAD)));
}

/** One line for the event, one for each row of the state that it changed, one for each field in it. */
export function printReplayed({ event, position, changes }: ReplayedEvent): void {
  const { revision, occurredAt, recordedAt, type, actor, reason } = event;
  const why = reason === null ? '' : ` (${[reason.code, reason.ticket].filter(Boolean).join(', ')})`;
  const late = recordedAt === occurredAt ? '' : ` recorded ${recordedAt}`;
  print(columns([`${revision}`, `${position}`, occurredAt, type, `${actor.kind} ${actor.id}${why}${late}`]));
  for (const change of changes) {
    const fields = changedFields(change).filter((field) => !isUnsaid(field));
    const ending = change.after === null ? ' is gone' : '';
    print(`${INDENT}${nameOf(change)}${ending}`);
    for (const { field, before, after } of ending === '' ? fields : [])
      print(`${INDENT}  ${field}: ${textOf(before)} → ${textOf(after)}`);
  }
}

export function printReplayedJson({ event, position, changes }: ReplayedEvent): void {
  const { eventId, accountId, type, revision, occurredAt, recordedAt, actor, subjectId, reason } = event;
  const said = {
    eventId,
    accountId,
    type,
    revision,
    position,
    occurredAt,
    recordedAt,
    actor,
    subjectId,
    reason,
  };
  printJson({ ...said, changes });
}

export function printDifference({ compared, thing, field, replay, readModel }: Difference): void {
  const what = field === null ? thing : `${thing} ${field}`;
  print(
    styled(
      process.stdout,
      'red',
      `${compared}: ${what}: replay ${textOf(replay)}, read model ${textOf(readModel)}`,
    ),
  );
}

const columns = (cells: readonly string[]): string =>
  cells.map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0)).join('  ');

const nameOf = ({ thing, id, userId }: StateChange): string => {
  const name = thing.toLowerCase().replace('_', ' ');
  return thing === 'GROUP_MEMBER' ? `${name} ${userId} of group ${id}` : `${name} ${id}`;
};

const textOf = (value: unknown): string =>
  value === null || value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value);

/** What a new row says by having nothing there. */
const isUnsaid = ({ before, after }: ChangedField): boolean =>
  before === null && (JSON.stringify(after) === '[]' || after === NEVER);

const NEVER = new Date(0).toISOString();

interface ChangedField {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Of lists of changes of status only what is new or was corrected: they grow with every event. */
function changedFields({ before, after }: StateChange): readonly ChangedField[] {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return fields.flatMap((field): readonly ChangedField[] => {
    const [was, is] = [valueIn(before, field), valueIn(after, field)];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    if (field !== 'statusChanges') return [{ field, before: was, after: is }];
    const [old, now] = [listOf(was), listOf(is)];
    return now.flatMap((entry, i) =>
      JSON.stringify(entry) === JSON.stringify(old[i])
        ? []
        : [{ field: `${field}.${i}`, before: old[i] ?? null, after: entry }],
    );
  });
}

const valueIn = (row: StateRow | null, field: string): unknown => row?.[field] ?? null;
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
