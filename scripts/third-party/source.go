package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight  = 8
	tileWidth   = 1 << tileHeight
	entriesTile = -1
	// The largest thing that a log serves: a full bundle of the largest entries.
	resourceBytesMax = tileWidth * (2 + 1<<16)
)

var errMissing = errors.New("it is missing")

// source is where a log's files are: a directory or a web server.
type source struct {
	dir, url string
	client   *http.Client
}

func newSource(o options) *source {
	return &source{dir: o.dir, url: strings.TrimRight(o.url, "/"), client: &http.Client{Timeout: 30 * time.Second}}
}

// read gives a resource under its C2SP name; errMissing when there is none.
func (s *source) read(name string) ([]byte, error) {
	reader, err := s.open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer reader.Close()
	data, err := io.ReadAll(io.LimitReader(reader, resourceBytesMax+1))
	if err == nil && len(data) > resourceBytesMax {
		err = fmt.Errorf("it has more than %d bytes", resourceBytesMax)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return data, nil
}

func (s *source) open(name string) (io.ReadCloser, error) {
	if s.url == "" {
		file, err := os.Open(filepath.Join(s.dir, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, errMissing
		}
		return file, err
	}
	response, err := s.client.Get(s.url + "/" + name)
	if err != nil {
		return nil, err
	}
	if response.StatusCode == http.StatusOK {
		return response.Body, nil
	}
	response.Body.Close()
	if response.StatusCode == http.StatusNotFound {
		return nil, errMissing
	}
	return nil, fmt.Errorf("the server answered %s", response.Status)
}

// tile gives a tile of hashes or a bundle of entries. A log may drop a partial one when the full one is there.
func (s *source) tile(tile tlog.Tile) ([]byte, error) {
	data, err := s.read(tileName(tile))
	if !errors.Is(err, errMissing) || tile.W == tileWidth {
		return data, err
	}
	full := tile
	full.W = tileWidth
	whole, err2 := s.read(tileName(full))
	if err2 != nil {
		return nil, err
	}
	return cut(tile, whole)
}

// cut takes the beginning of a full tile that is as wide as wanted.
func cut(tile tlog.Tile, whole []byte) ([]byte, error) {
	if tile.L != entriesTile {
		if len(whole) != tileWidth*tlog.HashSize {
			return nil, fmt.Errorf("%s: the full tile has %d bytes", tileName(tile), len(whole))
		}
		return whole[:tile.W*tlog.HashSize], nil
	}
	end := 0
	for n := 0; n < tile.W; n++ {
		if len(whole) < end+2 {
			return nil, fmt.Errorf("%s: the full bundle is too short", tileName(tile))
		}
		end += 2 + int(whole[end])<<8 + int(whole[end+1])
	}
	if len(whole) < end {
		return nil, fmt.Errorf("%s: the full bundle is too short", tileName(tile))
	}
	return whole[:end], nil
}

// tileName is a tile's path as C2SP has it: Go's without the height, and bundles of entries where Go has "data".
func tileName(tile tlog.Tile) string {
	rest := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	if tile.L == entriesTile {
		rest = "entries/" + strings.TrimPrefix(rest, "data/")
	}
	return "tile/" + rest
}

// parseTileName is the reverse; only the one canonical name of a tile is one.
func parseTileName(name string) (tlog.Tile, error) {
	rest := strings.TrimPrefix(name, "tile/")
	if strings.HasPrefix(rest, "entries/") {
		rest = "data/" + strings.TrimPrefix(rest, "entries/")
	}
	tile, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s", tileHeight, rest))
	if err == nil && tileName(tile) != name {
		err = fmt.Errorf("its name should be %s", tileName(tile))
	}
	return tile, err
}

// Height and ReadTiles and SaveTiles make a source the TileReader that Go's TileHashReader asks.
func (s *source) Height() int { return tileHeight }

func (s *source) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := s.tile(tile)
		if err != nil {
			return nil, err
		}
		if len(data) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes, not %d", tileName(tile), len(data), tile.W*tlog.HashSize)
		}
		all = append(all, data)
	}
	return all, nil
}

func (s *source) SaveTiles([]tlog.Tile, [][]byte) {}

// checkEveryFile looks at what else lies in a directory: older partial tiles, too, must say what the entries say.
func (s *source) checkEveryFile(whole *wholeLog, report io.Writer) error {
	if s.dir == "" {
		fmt.Fprintln(report, "files: a server does not list them; only those that the tree needs were checked")
		return nil
	}
	files := 0
	root := filepath.Join(s.dir, "tile")
	err := filepath.WalkDir(root, func(path string, item fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == root {
			return fs.SkipDir
		}
		if err != nil || item.IsDir() {
			return err
		}
		relative, err := filepath.Rel(s.dir, path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(relative)
		tile, err := parseTileName(name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if beyond(tile, whole.size) {
			return fmt.Errorf("%s: there is no such tile in a tree of size %d", name, whole.size)
		}
		got, err := s.read(name)
		if err != nil {
			return err
		}
		want, err := whole.bytes(tile)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if !bytes.Equal(got, want) {
			return fmt.Errorf("%s: %s", name, difference(tile, got, want))
		}
		files++
		return nil
	})
	if err == nil {
		fmt.Fprintf(report, "files: all %d below tile/ are what the entries give\n", files)
	}
	return err
}
