import { auditProjection } from '../audit/audit.js';
import type { Applier, Projection } from '../projection.js';
import { HeadRows } from './head-rows.js';
import { TileRows } from './tile-rows.js';

/**
 * The log tree (RFC 9162) and the heads of all streams, so that a proof costs a few reads however long the log is. Tiles
 * as in C2SP tlog-tiles: 256 hashes of every eighth level; what lies between is computed from them.
 */
export const proofProjection: Projection = {
  name: 'proof',
  version: 1,
  tables: [
    {
      name: 'leaf_tiles',
      primaryKey: 'tile',
      compared: ['tile', 'first_position', 'hex(positions)', 'hex(hashes)'],
      create: `CREATE TABLE leaf_tiles (
  tile INTEGER PRIMARY KEY,
  first_position INTEGER NOT NULL,
  positions BLOB NOT NULL,
  hashes BLOB NOT NULL
) STRICT`,
    },
    {
      name: 'node_tiles',
      primaryKey: 'level, tile',
      compared: ['level', 'tile', 'hex(hashes)'],
      create: `CREATE TABLE node_tiles (
  level INTEGER NOT NULL,
  tile INTEGER NOT NULL,
  hashes BLOB NOT NULL,
  UNIQUE (level, tile)
) STRICT`,
    },
    {
      name: 'heads',
      primaryKey: 'stream',
      create: `CREATE TABLE heads (
  stream TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT, WITHOUT ROWID`,
    },
  ],
  indexes: ['CREATE UNIQUE INDEX leaf_tiles_by_position ON leaf_tiles (first_position)'],
  fillIndexes: [],
  // Every event is a leaf, as every event is an entry of the audit log.
  interest: auditProjection.interest,
  open(db, mode): Applier {
    const tiles = new TileRows(db);
    const heads = new HeadRows(db, mode);
    return {
      apply(_, { recorded }) {
        tiles.add(recorded);
        heads.set(recorded);
      },
      write() {
        tiles.write();
        heads.write();
      },
      finish() {
        tiles.write();
        heads.finish();
      },
      get heldRows() {
        return heads.heldRows;
      },
    };
  },
};
