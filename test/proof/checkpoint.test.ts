import { expect } from 'chai';
import {
  type Checkpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
} from '../../src/proof/checkpoint.js';
import { noteSigner, noteVerifier } from '../../src/proof/signed-note.js';

const signer = noteSigner('muster/log-1', Buffer.alloc(32, 1));
const verifierOf = ({ verifierKey } = signer) => noteVerifier(verifierKey) ?? expect.fail('no key');

const checkpoint: Checkpoint = {
  origin: 'muster/log-1',
  size: 42,
  root: Buffer.alloc(32, 2),
  position: 99,
  streams: 7,
  headsRoot: Buffer.alloc(32, 3),
  signedAt: '2026-01-01T00:00:00.000Z',
};

describe('a checkpoint', () => {
  it('is a note whose first lines are those of every transparency log', () => {
    expect(signCheckpoint(checkpoint, signer).split('\n').slice(0, 6)).to.deep.equal([
      'muster/log-1',
      '42',
      'AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=',
      'heads 7 AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=',
      'position 99',
      'signed 2026-01-01T00:00:00.000Z',
    ]);
  });

  it('says what was signed', () => {
    expect(openCheckpoint(signCheckpoint(checkpoint, signer), verifierOf())).to.deep.equal(checkpoint);
  });

  it('is worth nothing with another number, another key or the name of another log', () => {
    const text = signCheckpoint(checkpoint, signer);
    expect(openCheckpoint(text.replace('\n42\n', '\n41\n'), verifierOf())).to.equal(null);
    expect(openCheckpoint(text, verifierOf(noteSigner('muster/log-1', Buffer.alloc(32, 9))))).to.equal(null);
    const foreign = signCheckpoint({ ...checkpoint, origin: 'muster/log-2' }, signer);
    expect(openCheckpoint(foreign, verifierOf())).to.equal(null);
  });

  it('is not read from other notes', () => {
    for (const text of [
      '',
      'muster/log-1\n',
      signer.sign('hello\n'),
      signer.sign('muster/log-1\n042\nAA==\n'),
    ])
      expect(parseCheckpoint(text)).to.equal(null);
  });
});
