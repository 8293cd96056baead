import type { ChangeSet, Operation } from './change-set.js';
import { ImportRefused } from './import-refused.js';

/**
 * One line of a history, fully checked: every field there, of its type, and none that is not known.
 * @throws ImportRefused naming the line, and the operation when it is one
 */
export function parseChangeSet(text: string, lineNumber: number): ChangeSet {
  const line = new Fields(parseJson(text, lineNumber), (problem) => refuse(lineNumber, null, problem));
  const changeSet = {
    seq: line.count('seq'),
    orgSeq: line.count('org_seq'),
    time: line.time('time'),
    org: line.name('org'),
    changes: line
      .list('changes')
      .map((value, index) =>
        parseOperation(new Fields(value, (problem) => refuse(lineNumber, index + 1, problem))),
      ),
  };
  line.refuseOthers();
  return changeSet;
}

const organisationRoles = ['admin', 'member'] as const;
const teamRoles = ['maintainer', 'member'] as const;
const levels = ['read', 'triage', 'write', 'maintain', 'admin'] as const;

function parseOperation(fields: Fields): Operation {
  const operation = operationFrom(fields);
  fields.refuseOthers();
  return operation;
}

function operationFrom(fields: Fields): Operation {
  const op = fields.text('op');
  switch (op) {
    case 'add':
      return { op, user: fields.name('user'), role: fields.oneOf('role', organisationRoles) };
    case 'role':
      return { op, user: fields.name('user'), ...fields.change(organisationRoles) };
    case 'remove':
      return { op, user: fields.name('user') };
    case 'team_create':
      fields.namesIfAny('previously');
      return { op, team: fields.name('team'), parent: fields.nameIfAny('parent') };
    case 'team_move':
      return { op, team: fields.name('team'), from: fields.nameOrNull('from'), to: fields.nameOrNull('to') };
    case 'team_delete':
      return { op, team: fields.name('team') };
    case 'team_add':
      return {
        op,
        team: fields.name('team'),
        user: fields.name('user'),
        role: fields.oneOf('role', teamRoles),
      };
    case 'team_role':
      return { op, team: fields.name('team'), user: fields.name('user'), ...fields.change(teamRoles) };
    case 'team_remove':
      return { op, team: fields.name('team'), user: fields.name('user') };
    case 'repo_grant':
      fields.name('repo');
      fields.oneOf('level', levels);
      return { op, team: fields.name('team') };
    case 'repo_level':
      fields.name('repo');
      fields.change(levels);
      return { op, team: fields.name('team') };
    case 'repo_revoke':
      fields.name('repo');
      return { op, team: fields.name('team') };
    default:
      return fields.refuse(`unknown op ${quoted(op)}`);
  }
}

const MAX_NAME_LENGTH = 200;

/** Takes the fields of one JSON object one by one, each checked, and in the end refuses those nobody took. */
class Fields {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #taken = new Set<string>();

  constructor(
    value: unknown,
    readonly refuse: (problem: string) => never,
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse('is not a JSON object');
    this.#values = new Map(Object.entries(value as object));
  }

  text(name: string): string {
    const value = this.#take(name);
    return typeof value === 'string' ? value : this.#wrong(name, 'a string', value);
  }

  /** Something a person or a team can be called by. */
  name(name: string): string {
    const value = this.text(name);
    if (
      value.length === 0 ||
      value.length > MAX_NAME_LENGTH ||
      value !== value.trim() ||
      /\p{Cc}/u.test(value)
    )
      this.#wrong(name, `1 to ${MAX_NAME_LENGTH} characters on one line without blanks around them`, value);
    return value;
  }

  nameOrNull(name: string): string | null {
    if (this.#values.get(name) !== null) return this.name(name);
    this.#take(name);
    return null;
  }

  nameIfAny(name: string): string | null {
    return this.#values.has(name) ? this.name(name) : null;
  }

  namesIfAny(name: string): void {
    if (!this.#values.has(name)) return;
    const value = this.#take(name);
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
      this.#wrong(name, 'a list of names', value);
  }

  count(name: string): number {
    const value = this.#take(name);
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
    return this.#wrong(name, 'a whole number from 1', value);
  }

  time(name: string): number {
    const value = this.text(name);
    const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(value) ? Date.parse(value) : Number.NaN;
    // The 31st of February parses, as a day of March.
    const isReal = !Number.isNaN(time) && new Date(time).toISOString() === value;
    return isReal ? time : this.#wrong(name, 'a time like 2019-02-20T22:35:43.000Z', value);
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T {
    const value = this.text(name);
    return (
      choices.find((choice) => choice === value) ?? this.#wrong(name, `one of ${choices.join(', ')}`, value)
    );
  }

  change<T extends string>(choices: readonly T[]): { readonly from: T; readonly to: T } {
    const from = this.oneOf('from', choices);
    const to = this.oneOf('to', choices);
    return from === to ? this.refuse(`"from" and "to" are both ${quoted(from)}`) : { from, to };
  }

  list(name: string): readonly unknown[] {
    const value = this.#take(name);
    return Array.isArray(value) && value.length > 0
      ? value
      : this.#wrong(name, 'a list that is not empty', value);
  }

  refuseOthers(): void {
    const unknown = [...this.#values.keys()].filter((name) => !this.#taken.has(name));
    if (unknown.length > 0) this.refuse(`unknown field ${unknown.map(quoted).join(', ')}`);
  }

  #take(name: string): unknown {
    if (!this.#values.has(name)) this.refuse(`the field "${name}" is missing`);
    this.#taken.add(name);
    return this.#values.get(name);
  }

  #wrong(name: string, wanted: string, value: unknown): never {
    return this.refuse(`"${name}" must be ${wanted}, not ${quoted(value)}`);
  }
}

function parseJson(text: string, lineNumber: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse(lineNumber, null, `is not JSON, or was cut off: ${quoted(text)}`);
  }
}

function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function refuse(lineNumber: number, operation: number | null, problem: string): never {
  throw new ImportRefused('UNREADABLE', lineNumber, operation, problem);
}
