import type { AccountCommand } from '../../domain/account/commands.js';
import { presets } from '../../domain/account/policy.js';
import type { ImportCursor } from '../../domain/account/state.js';
import { MAX_APPEND_BYTES } from '../../event-store/event-store.js';
import type { AccountCommands, CommandRequest } from '../account-commands.js';
import { CommandTooLarge } from '../account-errors.js';
import { importedAccountId } from './identifiers.js';
import { ImportRefused } from './import-refused.js';
import type { PlannedChangeSet, PlannedOperation } from './organisation-replay.js';

export interface WrittenChangeSet {
  readonly operationsApplied: number;
  readonly events: number;
}

/** Numbers grow by a few digits from part to part. */
const SLACK_BYTES = 4_096;

/** Asks an account for one change set at a time: one append, or numbered parts when it is too large for one. */
export class ChangeSetWriter {
  constructor(
    private readonly accounts: AccountCommands,
    private readonly context: {
      readonly source: string;
      readonly rootAccountId: string;
      readonly newId: () => string;
    },
  ) {}

  /**
   * @param cursor where an earlier run stopped; it may have been between two parts of this change set
   * @throws ImportRefused the account refused an operation; nothing of this append was written
   */
  async write(
    changeSet: PlannedChangeSet,
    cursor: ImportCursor | null,
    userIdOf: (user: string) => string,
  ): Promise<WrittenChangeSet> {
    const continued = cursor !== null && cursor.sequence === changeSet.sequence ? cursor : null;
    const whole: Part = {
      number: (continued?.part ?? 0) + 1,
      from: continued?.operationsApplied ?? 0,
      to: changeSet.operations.length,
      opens: changeSet.sequence === 1 && continued === null,
    };
    const operationsApplied = whole.to - whole.from;
    try {
      return { operationsApplied, events: await this.#writePart(changeSet, whole, userIdOf) };
    } catch (error) {
      if (!(error instanceof CommandTooLarge)) throw error;
      let events = 0;
      for (const part of split(whole, error.bytesPerCommand))
        events += await this.#writePart(changeSet, part, userIdOf);
      return { operationsApplied, events };
    }
  }

  async #writePart(
    changeSet: PlannedChangeSet,
    part: Part,
    userIdOf: (user: string) => string,
  ): Promise<number> {
    const { newId } = this.context;
    const operations = changeSet.operations.slice(part.from, part.to);
    const commands = [
      ...(part.opens ? [this.#openAccount(changeSet.org)] : []),
      ...operations.map(({ user, command }) =>
        command({ userId: user === null ? '' : userIdOf(user), newId }),
      ),
    ];
    const request: CommandRequest = {
      accountId: importedAccountId(this.context.source, changeSet.org),
      actor: { kind: 'IMPORT', id: 'import' },
      commands: [...commands, this.#recordChangeSet(changeSet, part)],
      occurredAt: changeSet.occurredAt,
    };
    const outcome = await this.accounts.execute(request);
    if (outcome.outcome === 'APPLIED') return outcome.events.length;
    if (outcome.outcome === 'REJECTED') {
      const refused = await this.#firstRefused(request);
      const operation = operations[refused - (part.opens ? 1 : 0)] ?? null;
      throw refusal(changeSet, operation, outcome.rejection);
    }
    throw new Error(
      `change set ${changeSet.sequence} of ${changeSet.org} wrote nothing, not even its own mark`,
    );
  }

  /** Index of the command that is refused, found by dry runs of shorter and shorter requests. */
  async #firstRefused(request: CommandRequest): Promise<number> {
    let accepted = 0;
    let refused = request.commands.length;
    while (refused - accepted > 1) {
      const middle = Math.floor((accepted + refused) / 2);
      const commands = request.commands.slice(0, middle);
      const tried = await this.accounts.execute({ ...request, commands, dryRun: true });
      if (tried.outcome === 'REJECTED') refused = middle;
      else accepted = middle;
    }
    return refused - 1;
  }

  #openAccount(org: string): AccountCommand {
    const { source, rootAccountId } = this.context;
    return {
      type: 'openAccount',
      accountId: importedAccountId(source, org),
      name: org,
      kind: 'STANDARD',
      operators: [rootAccountId],
      preset: 'DEFAULT',
      policy: presets.DEFAULT,
      owner: null,
    };
  }

  #recordChangeSet(changeSet: PlannedChangeSet, part: Part): AccountCommand {
    const { sequence, operations, skipped, digest } = changeSet;
    const complete = part.to === operations.length;
    const nextPlace = operations[part.to]?.place ?? Number.POSITIVE_INFINITY;
    return {
      type: 'recordChangeSet',
      source: this.context.source,
      sequence,
      part: part.number,
      operationsApplied: part.to,
      complete,
      digest,
      operationsSkipped: skipped.filter((place) => complete || place < nextPlace).length,
    };
  }
}

interface Part {
  readonly number: number;
  /** Half-open range of the change set's operations. */
  readonly from: number;
  readonly to: number;
  readonly opens: boolean;
}

/** As few parts as fit, filled in order. */
function split(whole: Part, bytesPerCommand: readonly number[]): readonly Part[] {
  const own = (bytesPerCommand.at(-1) ?? 0) + SLACK_BYTES;
  const opening = whole.opens ? (bytesPerCommand[0] ?? 0) : 0;
  const perOperation = bytesPerCommand.slice(whole.opens ? 1 : 0, -1);
  const parts: Part[] = [];
  let from = whole.from;
  let bytes = own + opening;
  for (const [index, size] of perOperation.entries()) {
    const at = whole.from + index;
    if (bytes + size > MAX_APPEND_BYTES && at > from) {
      parts.push({
        number: whole.number + parts.length,
        from,
        to: at,
        opens: whole.opens && parts.length === 0,
      });
      from = at;
      bytes = own;
    }
    bytes += size;
  }
  const opens = whole.opens && parts.length === 0;
  return [...parts, { number: whole.number + parts.length, from, to: whole.to, opens }];
}

const refusal = (
  changeSet: PlannedChangeSet,
  operation: PlannedOperation | null,
  { code, message }: { readonly code: ImportRefused['code']; readonly message: string },
): ImportRefused =>
  new ImportRefused(code, changeSet.lineNumber, operation?.place ?? null, `${message} (${changeSet.org})`);
