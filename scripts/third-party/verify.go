// Command verify checks a Sijill log with nothing of Sijill's: Go's own golang.org/x/mod/sumdb/{note,tlog} and the standard library.
//
//	verify --dir DIR | --url URL, --vkey VKEY [options]
//	verify --receipt FILE --entry FILE --vkey VKEY [options]      a receipt alone, without the log
//	verify --batch, --vkey VKEY [options] < LINES                 many logs, one a line
//
//	--vkey VKEY       the log's verifier key (C2SP signed-note), type 1
//	--origin TEXT     the first line of its checkpoints; the name in VKEY when not given
//	--witness VKEY    a witness's verifier key, type 4; repeat it for more
//	--quorum N        how many of them must have cosigned; all when not given
//	--old FILE        a checkpoint saved before: the log must have grown from it; repeatable
//	--index N         prove from the tiles that this entry is in the tree; repeatable. The first, middle and last always are
//	--receipt FILE    a receipt in c2sp.org/tlog-proof@v1; repeatable
//	--entry FILE      the bytes of the entry that the receipt is for, when there is no log to take it from
//
// A line of --batch is a directory, or options between tabs, added to those of the command line; the answer is one line each,
// "ok" or "bad", a tab, the line, and for "bad" a tab and why.
//
// Exit status: 0 everything holds (with --batch: every line was answered), 1 something does not, 2 wrong usage or keys.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	var common options
	if err := common.parse(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "verify:", err)
		os.Exit(2)
	}
	if common.batch {
		if err := batch(common, os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "verify:", err)
			os.Exit(2)
		}
		return
	}
	trust, err := newTrust(common)
	if err != nil {
		fmt.Fprintln(os.Stderr, "verify:", err)
		os.Exit(2)
	}
	if err := safely(trust, common, os.Stdout); err != nil {
		fmt.Println("bad:", err)
		os.Exit(1)
	}
}

// options are those of the command line, or of one line of a batch.
type options struct {
	dir, url, vkey, origin, entry string
	witnesses, old, receipts      texts
	indexes                       numbers
	quorum                        int
	batch                         bool
}

func (o *options) parse(arguments []string) error {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	if o.quorum == 0 {
		o.quorum = -1
	}
	flags.StringVar(&o.dir, "dir", o.dir, "")
	flags.StringVar(&o.url, "url", o.url, "")
	flags.StringVar(&o.vkey, "vkey", o.vkey, "")
	flags.StringVar(&o.origin, "origin", o.origin, "")
	flags.StringVar(&o.entry, "entry", o.entry, "")
	flags.Var(&o.witnesses, "witness", "")
	flags.Var(&o.old, "old", "")
	flags.Var(&o.receipts, "receipt", "")
	flags.Var(&o.indexes, "index", "")
	flags.IntVar(&o.quorum, "quorum", o.quorum, "")
	flags.BoolVar(&o.batch, "batch", o.batch, "")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	alone := o.entry != "" && len(o.receipts) == 1 && len(o.old)+len(o.indexes) == 0
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("%q is no option", flags.Arg(0))
	case o.vkey == "":
		return errors.New("--vkey is missing")
	case o.dir != "" && o.url != "":
		return errors.New("either --dir or --url, not both")
	case o.dir == "" && o.url == "" && !o.batch && !alone:
		return errors.New("--dir or --url is missing; or one --receipt with its --entry")
	case o.entry != "" && (o.dir != "" || o.url != ""):
		return errors.New("--entry is for a receipt without a log")
	}
	return nil
}

type texts []string

func (t *texts) String() string         { return strings.Join(*t, ",") }
func (t *texts) Set(value string) error { *t = append(*t, value); return nil }

type numbers []int64

func (n *numbers) String() string { return fmt.Sprint(*n) }
func (n *numbers) Set(value string) error {
	number, err := strconv.ParseInt(value, 10, 64)
	*n = append(*n, number)
	return err
}

// batch answers each line; only a line that is no options, or an input that cannot be read, ends it.
func batch(common options, lines io.Reader, answers io.Writer) error {
	scanner := bufio.NewScanner(lines)
	for scanner.Scan() {
		line := scanner.Text()
		arguments := strings.Split(line, "\t")
		if !strings.HasPrefix(line, "--") {
			arguments = []string{"--dir", line}
		}
		one := common
		one.batch = false
		// A copy of its own, so that no line's options reach the next.
		one.witnesses = append(texts(nil), common.witnesses...)
		one.old = append(texts(nil), common.old...)
		one.receipts = append(texts(nil), common.receipts...)
		one.indexes = append(numbers(nil), common.indexes...)
		if err := one.parse(arguments); err != nil {
			return fmt.Errorf("line %q: %w", line, err)
		}
		trust, err := newTrust(one)
		if err != nil {
			return fmt.Errorf("line %q: %w", line, err)
		}
		if err := safely(trust, one, io.Discard); err != nil {
			fmt.Fprintf(answers, "bad\t%s\t%s\n", line, strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Fprintf(answers, "ok\t%s\n", line)
		}
	}
	return scanner.Err()
}

// safely runs the checks. What makes a library panic is no log that anyone should accept.
func safely(trust *trust, o options, report io.Writer) (err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("a library panicked: %v", panicked)
		}
	}()
	return run(trust, o, report)
}

// run makes every check that was asked for, and says so line by line; the error names the first thing that does not hold.
func run(trust *trust, o options, report io.Writer) error {
	if o.dir == "" && o.url == "" {
		return receiptAlone(trust, o.receipts[0], o.entry, report)
	}
	source := newSource(o)
	text, err := source.read("checkpoint")
	if err != nil {
		return err
	}
	head, err := trust.open("checkpoint", text, report)
	if err != nil {
		return err
	}
	if err := trust.cosigned("checkpoint", head, report); err != nil {
		return err
	}
	log := &logReader{source: source, tree: head.tree}
	whole, err := log.checkWhole(report)
	if err != nil {
		return err
	}
	if err := source.checkEveryFile(whole, report); err != nil {
		return err
	}
	if err := log.checkInclusions(o.indexes, report); err != nil {
		return err
	}
	for _, file := range o.old {
		if err := log.checkOld(trust, file, report); err != nil {
			return err
		}
	}
	for _, file := range o.receipts {
		if err := log.checkReceipt(trust, file, report); err != nil {
			return err
		}
	}
	return nil
}

// emptyRoot is SHA-256 of nothing, as RFC 6962 has it; Go's tlog knows no hash of an empty tree.
func emptyRoot() tlog.Hash {
	hash, err := tlog.ParseHash("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
	if err != nil {
		panic(err)
	}
	return hash
}
