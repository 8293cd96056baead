import { expect } from 'chai';
import { isSignedBy, noteSigner, noteVerifier, parseNote } from '../../src/proof/signed-note.js';

/** The example of the reference implementation (golang.org/x/mod/sumdb/note). */
const example = {
  seed: Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1),
  verifierKey: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  signatureLine:
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
};
const exampleNote = `${example.text}\n${example.signatureLine}`;

const holds = (note: string, verifierKey = example.verifierKey): boolean => {
  const [parsed, verifier] = [parseNote(note), noteVerifier(verifierKey)];
  return parsed !== null && verifier !== null && isSignedBy(parsed, verifier);
};

describe('signed notes', () => {
  const signer = noteSigner('PeterNeumann', example.seed);

  it('are those of the reference implementation, byte for byte', () => {
    expect(signer.verifierKey).to.equal(example.verifierKey);
    expect(signer.sign(example.text)).to.equal(exampleNote);
    expect(holds(exampleNote)).to.equal(true);
  });

  it('hold beside the signatures of others', () => {
    const other = noteSigner('witness', Buffer.alloc(32, 7));
    const second = other.sign(example.text).slice(example.text.length + 1);
    expect(holds(exampleNote + second)).to.equal(true);
    expect(holds(`${example.text}\n${second}`)).to.equal(false);
  });

  it('hold for no other key, and not for the same key under another name', () => {
    expect(holds(exampleNote, noteSigner('PeterNeumann', Buffer.alloc(32, 7)).verifierKey)).to.equal(false);
    expect(holds(exampleNote, noteSigner('Peter', example.seed).verifierKey)).to.equal(false);
  });

  it('do not hold with any bit of any byte changed', () => {
    const bytes = Buffer.from(exampleNote);
    for (let at = 0; at < bytes.length; at += 1)
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        expect(holds(changed.toString()), `byte ${at}, bit ${bit}`).to.equal(false);
      }
  });

  it('are refused with a key text that was mangled anywhere', () => {
    for (let at = 0; at < example.verifierKey.length; at += 1) {
      const { verifierKey } = example;
      const next = String.fromCharCode(verifierKey.charCodeAt(at) + 1);
      expect(noteVerifier(verifierKey.slice(0, at) + next + verifierKey.slice(at + 1))).to.equal(null);
      expect(noteVerifier(verifierKey.slice(0, at))).to.equal(null);
    }
  });

  it('are not made under a name that could not be read back', () => {
    expect(() => noteSigner('two words', example.seed)).to.throw(RangeError);
    expect(() => noteSigner('a+b', example.seed)).to.throw(RangeError);
  });
});
