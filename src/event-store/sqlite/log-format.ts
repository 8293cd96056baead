import { randomUUID } from 'node:crypto';
import type { FileFormat } from '../../database/sqlite-file.js';

/** One row per event; its columns are the recorded event and nothing else. */
export const EVENTS_TABLE = `CREATE TABLE events (
  position INTEGER PRIMARY KEY,
  stream TEXT NOT NULL,
  revision INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  body TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT`;

export const STREAM_INDEX = 'CREATE UNIQUE INDEX events_by_stream ON events (stream, revision)';

/**
 * The log is append-only whoever writes to it, also by hand with the sqlite3 shell.
 * INSERT OR REPLACE deletes rows without firing delete triggers, but never at the next position and revision.
 */
const APPEND_ONLY = [
  `CREATE TRIGGER events_append_at_the_end BEFORE INSERT ON events BEGIN
  SELECT RAISE(ABORT, 'the log is append-only: the position must be the next one')
  WHERE NEW.position IS NOT (SELECT ifnull(max(position), 0) + 1 FROM events);
  SELECT RAISE(ABORT, 'the log is append-only: the revision must be the next one of its stream')
  WHERE NEW.revision IS NOT (SELECT ifnull(max(revision), -1) + 1 FROM events WHERE stream = NEW.stream);
END`,
  refuse('events_never_change', 'UPDATE ON events'),
  refuse('events_never_go', 'DELETE ON events'),
  refuse('meta_never_grows', 'INSERT ON meta WHEN (SELECT count(*) FROM meta) >= 2'),
  refuse('meta_never_changes', 'UPDATE ON meta'),
  refuse('meta_never_goes', 'DELETE ON meta'),
];

/** The file of the event log. */
export const LOG_FORMAT: FileFormat = logFormat(randomUUID);

/** @param newLogId the identity of a log that is made */
export function logFormat(newLogId: () => string): FileFormat {
  return {
    what: 'event log',
    applicationId: 0x4d53544c,
    version: 1,
    schema: [
      EVENTS_TABLE,
      STREAM_INDEX,
      'CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID',
      ...APPEND_ONLY,
    ],
    initialise(db) {
      const put = db.prepare('INSERT INTO meta (name, value) VALUES (?, ?)');
      put.run('log_id', newLogId());
      put.run('format_version', '1');
    },
  };
}

function refuse(name: string, change: string): string {
  return `CREATE TRIGGER ${name} BEFORE ${change} BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END`;
}
