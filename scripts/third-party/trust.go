package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// trust is whom the user believes: the log, and witnesses of whom a quorum must have cosigned.
type trust struct {
	origin    string
	log       note.Verifier
	witnesses []note.Verifier
	quorum    int
}

// head is a checkpoint whose signature by the log was checked, and every cosignature of a known witness.
type head struct {
	tree     tlog.Tree
	cosigned map[string]time.Time
}

func newTrust(o options) (*trust, error) {
	log, err := note.NewVerifier(o.vkey)
	if err != nil {
		return nil, fmt.Errorf("--vkey %q: %w", o.vkey, err)
	}
	t := &trust{origin: o.origin, log: log, quorum: o.quorum}
	if t.origin == "" {
		t.origin = log.Name()
	}
	for _, vkey := range o.witnesses {
		witness, err := newWitness(vkey)
		if err != nil {
			return nil, fmt.Errorf("--witness %q: %w", vkey, err)
		}
		t.witnesses = append(t.witnesses, witness)
	}
	if t.quorum < 0 {
		t.quorum = len(t.witnesses)
	}
	if t.quorum > len(t.witnesses) {
		return nil, fmt.Errorf("--quorum %d, but only %d witnesses are known", t.quorum, len(t.witnesses))
	}
	return t, nil
}

// open checks the log's signature and reads the tree head; known witnesses' cosignatures must be right, too.
func (t *trust) open(name string, text []byte, report io.Writer) (*head, error) {
	opened, err := note.Open(text, note.VerifierList(append([]note.Verifier{t.log}, t.witnesses...)...))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	h := &head{cosigned: map[string]time.Time{}}
	signed := false
	for _, signature := range opened.Sigs {
		if signature.Name == t.log.Name() && signature.Hash == t.log.KeyHash() {
			signed = true
			continue
		}
		at, err := cosignedAt(signature.Base64)
		if err != nil {
			return nil, fmt.Errorf("%s: cosignature of %s: %w", name, signature.Name, err)
		}
		h.cosigned[signature.Name] = at
	}
	if !signed {
		return nil, fmt.Errorf("%s: it has no signature of %s", name, t.log.Name())
	}
	if h.tree, err = t.parse(opened.Text); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	fmt.Fprintf(report, "%s: signed by %s, size %d, root %s\n", name, t.log.Name(), h.tree.N, h.tree.Hash)
	return h, nil
}

// parse reads origin, size and root. A checkpoint differs from Go's tree note only in its first line.
func (t *trust) parse(text string) (tlog.Tree, error) {
	origin, rest, found := strings.Cut(text, "\n")
	if !found || origin != t.origin {
		return tlog.Tree{}, fmt.Errorf("it is of the log %q, not %q", origin, t.origin)
	}
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + rest))
	if err == nil && tree.N == 0 && tree.Hash != emptyRoot() {
		err = fmt.Errorf("the root of an empty tree is %s, not %s", emptyRoot(), tree.Hash)
	}
	return tree, err
}

// cosigned demands the quorum.
func (t *trust) cosigned(name string, h *head, report io.Writer) error {
	if len(t.witnesses) == 0 {
		fmt.Fprintf(report, "%s: no witness is known, cosignatures were not asked for\n", name)
		return nil
	}
	for _, witness := range t.witnesses {
		if at, found := h.cosigned[witness.Name()]; found {
			fmt.Fprintf(report, "%s: cosigned by %s at %s\n", name, witness.Name(), at.Format(time.RFC3339))
		}
	}
	if len(h.cosigned) < t.quorum {
		return fmt.Errorf("%s: %d of %d witnesses cosigned it, %d must have", name, len(h.cosigned), len(t.witnesses), t.quorum)
	}
	return nil
}

const (
	cosignatureType  = 4
	cosignatureBytes = 8 + ed25519.SignatureSize
)

// witness verifies cosignatures v1 of c2sp.org/tlog-cosignature, which Go's note leaves to its users.
type witness struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.id }

func (w *witness) Verify(body, signature []byte) bool {
	if len(signature) != cosignatureBytes {
		return false
	}
	seconds := binary.BigEndian.Uint64(signature)
	if seconds > 1<<63-1 {
		return false
	}
	message := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", seconds)), body...)
	return ed25519.Verify(w.key, message, signature[8:])
}

func newWitness(vkey string) (*witness, error) {
	fields := strings.SplitN(vkey, "+", 3)
	if len(fields) != 3 || fields[0] == "" || len(fields[1]) != 8 {
		return nil, fmt.Errorf("no verifier key: name+hash+key")
	}
	id, err := strconv.ParseUint(fields[1], 16, 32)
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(fields[2])
	if err != nil {
		return nil, err
	}
	if len(key) != 1+ed25519.PublicKeySize || key[0] != cosignatureType {
		return nil, fmt.Errorf("no key of type %d, an Ed25519 cosignature", cosignatureType)
	}
	sum := sha256.Sum256(append([]byte(fields[0]+"\n"), key...))
	if binary.BigEndian.Uint32(sum[:]) != uint32(id) {
		return nil, fmt.Errorf("its hash is %x, not %s", sum[:4], fields[1])
	}
	return &witness{name: fields[0], id: uint32(id), key: key[1:]}, nil
}

// cosignedAt is the time in a cosignature that was verified: after the key's id of 4 bytes.
func cosignedAt(text string) (time.Time, error) {
	bytes, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return time.Time{}, err
	}
	if len(bytes) != 4+cosignatureBytes {
		return time.Time{}, fmt.Errorf("it has %d bytes, not %d", len(bytes), 4+cosignatureBytes)
	}
	return time.Unix(int64(binary.BigEndian.Uint64(bytes[4:])), 0).UTC(), nil
}
