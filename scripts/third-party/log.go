package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// logReader reads a log below a tree head whose signature was checked.
type logReader struct {
	source *source
	tree   tlog.Tree
}

// wholeLog is what every entry of the log gives: the stored hashes of its tree, and the bundles.
type wholeLog struct {
	size    int64
	hashes  []tlog.Hash
	bundles [][]byte
	ends    [][]int
}

// ReadHashes makes it the HashReader of Go's tlog.
func (w *wholeLog) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, index := range indexes {
		if index < 0 || index >= int64(len(w.hashes)) {
			return nil, fmt.Errorf("hash %d is not in the tree", index)
		}
		found = append(found, w.hashes[index])
	}
	return found, nil
}

// bytes are those that a tile must have.
func (w *wholeLog) bytes(tile tlog.Tile) ([]byte, error) {
	if tile.L == entriesTile {
		return w.bundles[tile.N][:w.ends[tile.N][tile.W-1]], nil
	}
	return tlog.ReadTileData(tile, w)
}

// add takes the next bundle and appends the hashes that its entries complete.
func (w *wholeLog) add(bundle []byte, entries [][]byte) error {
	var ends []int
	end := 0
	for _, entry := range entries {
		hashes, err := tlog.StoredHashes(w.size, entry, w)
		if err != nil {
			return err
		}
		w.hashes = append(w.hashes, hashes...)
		w.size++
		end += 2 + len(entry)
		ends = append(ends, end)
	}
	w.bundles, w.ends = append(w.bundles, bundle), append(w.ends, ends)
	return nil
}

// checkWhole reads every entry, computes the root, and then compares every tile that the tree must have.
func (l *logReader) checkWhole(report io.Writer) (*wholeLog, error) {
	whole := &wholeLog{}
	for whole.size < l.tree.N {
		tile := l.tileAt(entriesTile, whole.size/tileWidth)
		bundle, err := l.source.tile(tile)
		if err != nil {
			return nil, err
		}
		entries, err := parseBundle(tile, bundle)
		if err != nil {
			return nil, err
		}
		if err := whole.add(bundle, entries); err != nil {
			return nil, err
		}
	}
	root := emptyRoot()
	if whole.size > 0 {
		var err error
		if root, err = tlog.TreeHash(whole.size, whole); err != nil {
			return nil, err
		}
	}
	if root != l.tree.Hash {
		return nil, l.firstWrong(whole, root)
	}
	fmt.Fprintf(report, "entries: all %d give the root of the checkpoint\n", whole.size)
	tiles := 0
	for level := 0; l.tree.N>>(tileHeight*level) > 0; level++ {
		for n := int64(0); n<<tileHeight < l.tree.N>>(tileHeight*level); n++ {
			if err := l.compare(l.tileAt(level, n), whole); err != nil {
				return nil, err
			}
			tiles++
		}
	}
	fmt.Fprintf(report, "tiles: all %d of the tree are what the entries give\n", tiles)
	return whole, nil
}

// tileAt is the tile at a level (or a bundle of entries), as wide as this tree makes it.
func (l *logReader) tileAt(level int, n int64) tlog.Tile {
	hashes := l.tree.N
	if level > 0 {
		hashes >>= tileHeight * level
	}
	width := hashes - n<<tileHeight
	if width > tileWidth {
		width = tileWidth
	}
	return tlog.Tile{H: tileHeight, L: level, N: n, W: int(width)}
}

func (l *logReader) compare(tile tlog.Tile, whole *wholeLog) error {
	got, err := l.source.tile(tile)
	if err != nil {
		return err
	}
	want, err := whole.bytes(tile)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		return fmt.Errorf("%s: %s", tileName(tile), difference(tile, got, want))
	}
	return nil
}

// firstWrong says which entry is the first that the tiles do not have, when tiles can say so.
func (l *logReader) firstWrong(whole *wholeLog, root tlog.Hash) error {
	for n := int64(0); n<<tileHeight < l.tree.N; n++ {
		tile := l.tileAt(0, n)
		got, err := l.source.tile(tile)
		if err != nil {
			return err
		}
		want, err := whole.bytes(tile)
		if err != nil {
			return err
		}
		if !bytes.Equal(got, want) {
			return fmt.Errorf("%s and the entries differ, and the entries do not give the signed root: %s", tileName(tile), difference(tile, got, want))
		}
	}
	return fmt.Errorf("the entries give the root %s, the checkpoint says %s", root, l.tree.Hash)
}

// difference says where a tile is not what it should be.
func difference(tile tlog.Tile, got, want []byte) string {
	if len(got) != len(want) {
		return fmt.Sprintf("it has %d bytes, not %d", len(got), len(want))
	}
	if tile.L == entriesTile {
		return "it is not what the bundles of the whole tree give"
	}
	for at := 0; at < len(got); at += tlog.HashSize {
		if !bytes.Equal(got[at:at+tlog.HashSize], want[at:at+tlog.HashSize]) {
			number := tile.N<<tileHeight + int64(at/tlog.HashSize)
			if tile.L == 0 {
				return fmt.Sprintf("entry %d has another hash", number)
			}
			return fmt.Sprintf("hash %d of level %d is wrong", number, tile.L)
		}
	}
	return "nothing differs"
}

// beyond says whether a tree of this size has no such tile.
func beyond(tile tlog.Tile, size int64) bool {
	level := tile.L
	if level == entriesTile {
		level = 0
	}
	return level > 62/tileHeight || tile.N >= size || tile.N<<tileHeight+int64(tile.W) > size>>(tileHeight*level)
}

// parseBundle takes the entries of a bundle apart: each after its length in two bytes, and nothing behind the last.
func parseBundle(tile tlog.Tile, bundle []byte) ([][]byte, error) {
	var entries [][]byte
	rest := bundle
	for len(rest) > 0 {
		if len(rest) < 2 || len(rest)-2 < int(binary.BigEndian.Uint16(rest)) {
			return nil, fmt.Errorf("%s: entry %d is cut short", tileName(tile), tile.N<<tileHeight+int64(len(entries)))
		}
		end := 2 + int(binary.BigEndian.Uint16(rest))
		entries = append(entries, rest[2:end])
		rest = rest[end:]
	}
	if len(entries) != tile.W {
		return nil, fmt.Errorf("%s has %d entries, not %d", tileName(tile), len(entries), tile.W)
	}
	return entries, nil
}

// entry gives one entry out of its bundle.
func (l *logReader) entry(index int64) ([]byte, error) {
	if index < 0 || index >= l.tree.N {
		return nil, fmt.Errorf("index %d is not in a tree of size %d", index, l.tree.N)
	}
	tile := l.tileAt(entriesTile, index/tileWidth)
	bundle, err := l.source.tile(tile)
	if err != nil {
		return nil, err
	}
	entries, err := parseBundle(tile, bundle)
	if err != nil {
		return nil, err
	}
	return entries[index%tileWidth], nil
}

// checkInclusions proves entries from the tiles alone: Go's reader authenticates each tile against the root.
func (l *logReader) checkInclusions(wanted []int64, report io.Writer) error {
	if l.tree.N > 0 {
		wanted = append([]int64{0, l.tree.N / 2, l.tree.N - 1}, wanted...)
	}
	tiles := tlog.TileHashReader(l.tree, l.source)
	for _, index := range wanted {
		entry, err := l.entry(index)
		if err != nil {
			return err
		}
		proof, err := tlog.ProveRecord(l.tree.N, index, tiles)
		if err == nil {
			err = tlog.CheckRecord(proof, l.tree.N, l.tree.Hash, index, tlog.RecordHash(entry))
		}
		if err != nil {
			return fmt.Errorf("inclusion of entry %d from tiles: %w", index, err)
		}
		fmt.Fprintf(report, "inclusion: entry %d is in the tree (%d hashes from tiles)\n", index, len(proof))
	}
	return nil
}

// checkOld proves that the log has only grown since a checkpoint that the user saved.
func (l *logReader) checkOld(trust *trust, file string, report io.Writer) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	old, err := trust.open(file, text, report)
	if err != nil {
		return err
	}
	return l.checkGrown(file, old.tree, report)
}

func (l *logReader) checkGrown(name string, old tlog.Tree, report io.Writer) error {
	if old.N > l.tree.N {
		return fmt.Errorf("%s: it has size %d, the log now only %d", name, old.N, l.tree.N)
	}
	hashes := 0
	// Every tree grows from the empty one, whose root was compared when it was read.
	if old.N > 0 {
		proof, err := tlog.ProveTree(l.tree.N, old.N, tlog.TileHashReader(l.tree, l.source))
		if err == nil {
			err = tlog.CheckTree(proof, l.tree.N, l.tree.Hash, old.N, old.Hash)
		}
		if err != nil {
			return fmt.Errorf("consistency of %s, size %d, with the log of size %d: %w", name, old.N, l.tree.N, err)
		}
		hashes = len(proof)
	}
	fmt.Fprintf(report, "consistency: size %d of %s grew to %d (%d hashes from tiles)\n", old.N, name, l.tree.N, hashes)
	return nil
}

// checkReceipt checks a receipt for the entry that the log has, and that its tree is one that the log has grown from.
func (l *logReader) checkReceipt(trust *trust, file string, report io.Writer) error {
	receipt, err := readReceipt(file)
	if err != nil {
		return err
	}
	entry, err := l.entry(receipt.index)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	tree, err := receipt.check(trust, file, entry, report)
	if err != nil {
		return err
	}
	return l.checkGrown(file, tree, report)
}

// receiptAlone checks a receipt for an entry in a file: offline, years later.
func receiptAlone(trust *trust, file, entryFile string, report io.Writer) error {
	receipt, err := readReceipt(file)
	if err != nil {
		return err
	}
	entry, err := os.ReadFile(entryFile)
	if err != nil {
		return err
	}
	_, err = receipt.check(trust, file, entry, report)
	return err
}

// receipt is a proof file in c2sp.org/tlog-proof@v1. Its extra line proves nothing and is only read over.
type receipt struct {
	index      int64
	hashes     tlog.RecordProof
	checkpoint []byte
}

func readReceipt(file string) (*receipt, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	r, err := parseReceipt(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return r, nil
}

func parseReceipt(text string) (*receipt, error) {
	rest := strings.TrimPrefix(text, "c2sp.org/tlog-proof@v1\n")
	proof, checkpoint, found := strings.Cut(rest, "\n\n")
	if len(rest) == len(text) || !found {
		return nil, errors.New("no proof in c2sp.org/tlog-proof@v1")
	}
	lines := strings.Split(proof, "\n")
	if extra := strings.TrimPrefix(lines[0], "extra "); extra != lines[0] {
		if _, err := base64.StdEncoding.DecodeString(extra); err != nil {
			return nil, fmt.Errorf("its extra line: %w", err)
		}
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return nil, errors.New("its index line is missing")
	}
	number := strings.TrimPrefix(lines[0], "index ")
	index, err := strconv.ParseInt(number, 10, 64)
	if err != nil || index < 0 || strconv.FormatInt(index, 10) != number {
		return nil, fmt.Errorf("%q is no index", number)
	}
	r := &receipt{index: index, checkpoint: []byte(checkpoint)}
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, fmt.Errorf("%q is no hash", line)
		}
		r.hashes = append(r.hashes, hash)
	}
	return r, nil
}

// check demands the log's signature, the quorum's cosignatures and the inclusion of the entry; it gives the receipt's tree.
func (r *receipt) check(trust *trust, file string, entry []byte, report io.Writer) (tlog.Tree, error) {
	head, err := trust.open(file, r.checkpoint, report)
	if err != nil {
		return tlog.Tree{}, err
	}
	if err := trust.cosigned(file, head, report); err != nil {
		return tlog.Tree{}, err
	}
	if err := tlog.CheckRecord(r.hashes, head.tree.N, head.tree.Hash, r.index, tlog.RecordHash(entry)); err != nil {
		return tlog.Tree{}, fmt.Errorf("%s: inclusion of entry %d: %w", file, r.index, err)
	}
	fmt.Fprintf(report, "receipt: entry %d is in the tree of %s (%d hashes)\n", r.index, file, len(r.hashes))
	return head.tree, nil
}
