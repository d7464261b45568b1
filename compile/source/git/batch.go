package git

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"sync"
)

// A batch is one git process that hands out contents, one after another. It starts
// with the first question, and again after git has given up on one.
type batch struct {
	repo repository
	max  int64

	mu     sync.Mutex
	cmd    *exec.Cmd
	ask    io.WriteCloser
	told   *bufio.Reader
	stderr *bytes.Buffer
	failed int   // how many objects git has given up on
	err    error // why no more questions are asked
}

// maxFailures is how often git is started again.
const maxFailures = 20

var (
	errNotHere = errors.New("git does not have the object; a partial clone has to fetch it first")
	errTooBig  = errors.New("the file is larger than --max-file-size allows")
	errClosed  = errors.New("the source is closed")
)

// read returns the content of a file or link; of one that is known to be too big,
// nothing: the reader sees by the size that there is more.
func (b *batch) read(e *entry) ([]byte, error) {
	if e.size > b.max {
		return nil, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return nil, b.err
	}
	if b.cmd == nil {
		if err := b.start(); err != nil {
			return nil, fmt.Errorf("git cat-file: %w", err)
		}
	}
	text, err := b.request(e.object)
	if err == nil || errors.Is(err, errTooBig) || errors.Is(err, errNotHere) {
		return text, err
	}
	return nil, b.giveUp(err)
}

// giveUp ends a process that is dead or out of step, and says why in git's words.
func (b *batch) giveUp(err error) error {
	b.stop()
	if complaint := strings.TrimSpace(b.stderr.String()); strings.Contains(complaint, "could not fetch") {
		err = errNotHere // git 2.44 and later do not die of it
	} else if complaint != "" {
		err = fmt.Errorf("git cat-file: %s", complaint)
	}
	if b.failed++; b.failed >= maxFailures {
		b.err = err
	}
	return err
}

func (b *batch) start() error {
	cmd := b.repo.command("cat-file", "--batch")
	b.stderr = new(bytes.Buffer)
	cmd.Stderr = b.stderr
	ask, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	told, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	b.cmd, b.ask, b.told = cmd, ask, bufio.NewReaderSize(told, 64<<10)
	return nil
}

// request asks for one object: "OBJECT blob SIZE", its content and a line end come back.
func (b *batch) request(object string) ([]byte, error) {
	if _, err := io.WriteString(b.ask, object+"\n"); err != nil {
		return nil, err
	}
	head, err := b.told.ReadString('\n')
	if err != nil {
		return nil, err
	}
	fields := strings.Fields(head)
	if len(fields) == 2 && fields[1] == "missing" {
		return nil, errNotHere
	}
	if len(fields) != 3 {
		return nil, fmt.Errorf("unexpected answer %q", head)
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("unexpected answer %q", head)
	}
	if size > b.max {
		if _, err := io.CopyN(io.Discard, b.told, size+1); err != nil {
			return nil, err
		}
		return nil, errTooBig
	}
	text := make([]byte, size+1)
	if _, err := io.ReadFull(b.told, text); err != nil {
		return nil, err
	}
	return text[:size], nil
}

// stop ends the process, if there is one.
func (b *batch) stop() {
	if b.cmd == nil {
		return
	}
	b.ask.Close()
	io.Copy(io.Discard, b.told)
	b.cmd.Wait() // what it ends with says nothing that the answers have not said
	b.cmd = nil
}

// close ends the process for good.
func (b *batch) close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stop()
	b.err = errClosed
	return nil
}
