// Package product runs the product's own programs: the server as a process of
// its own that can be killed, and the auditor's verifier.
package product

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// module is where the programs are built from, as Go names it.
const module = "nianwei"

// Build builds one of the module's commands into a directory and gives the file.
func Build(ctx context.Context, command, dir string) (string, error) {
	out := filepath.Join(dir, command)
	cmd := exec.CommandContext(ctx, "go", "build", "-tags", "no_ui", "-o", out, module+"/cmd/"+command)
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", command, err, text)
	}
	return out, nil
}

// Drawcheck is the auditor's verifier.
type Drawcheck struct{ Program string }

// Round checks a round's directory. The error holds what the verifier said.
func (d Drawcheck) Round(ctx context.Context, dirs []string, keys, origin string) error {
	return d.run(ctx, append(append([]string{"round"}, dirs...), "--keys", keys, "--origin", origin)...)
}

// Receipt checks one worker's receipt.
func (d Drawcheck) Receipt(ctx context.Context, file, keys string) error {
	return d.run(ctx, "receipt", file, "--keys", keys)
}

func (d Drawcheck) run(ctx context.Context, args ...string) error {
	text, err := exec.CommandContext(ctx, d.Program, args...).CombinedOutput()
	if err == nil {
		return nil
	}
	return fmt.Errorf("drawcheck %s: %w\n%s", args[0], err, failing(string(text)))
}

// failing keeps the lines that say what does not hold.
func failing(text string) string {
	var out []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "ok ") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}

// WriteFile writes what was exported, with its directory.
func WriteFile(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}
