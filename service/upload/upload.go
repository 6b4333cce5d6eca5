// Package upload keeps the rows behind what workers have recorded and
// photographed: whose it is, what it measures, and who may see it. The files
// themselves are service/media's.
package upload

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"

	"nianwei/model/fault"
	"nianwei/model/store"
	"nianwei/service/media"
)

// Kind is what an upload is.
type Kind string

// The kinds of uploads.
const (
	Voice Kind = "voice"
	Photo Kind = "photo"
)

// Upload is one received and re-encoded file.
type Upload struct {
	ID         string
	Kind       Kind
	WorkerID   int64
	Key        string // in the bucket
	ThumbKey   string // "" for a voice
	DurationMs int64
	Width      int
	Height     int
}

// ErrUnknown says that an upload does not exist, or not for who asks.
var ErrUnknown = fault.New(fault.NotFound, "media.unknown", "没有找到这个文件，或者它还没有公开。")

// Shelf receives uploads and finds them again.
type Shelf struct {
	store  *store.Store
	studio *media.Studio
	id     func() string
}

// NewShelf makes a shelf. id gives a fresh unguessable id for each upload.
func NewShelf(s *store.Store, studio *media.Studio, id func() string) *Shelf {
	return &Shelf{store: s, studio: studio, id: id}
}

// Receive takes in one file of a worker: it is sniffed, measured and re-encoded
// before its row is written and before the answer.
func (s *Shelf) Receive(ctx context.Context, workerID int64, kind Kind, file io.Reader) (Upload, error) {
	u := Upload{ID: s.id(), Kind: kind, WorkerID: workerID}
	var size int64
	var sum, source string
	switch kind {
	case Voice:
		v, err := s.studio.Voice(ctx, file)
		if err != nil {
			return u, err
		}
		u.Key, u.DurationMs = v.Key, v.DurationMs
		size, sum, source = v.Size, v.SHA256, string(v.SourceType)
	case Photo:
		p, err := s.studio.Photo(ctx, file)
		if err != nil {
			return u, err
		}
		u.Key, u.ThumbKey, u.Width, u.Height = p.Key, p.ThumbKey, p.Width, p.Height
		size, sum, source = p.Size, p.SHA256, string(p.SourceType)
	default:
		return u, fault.New(fault.Invalid, "media.purpose", "请说明上传的是语音还是照片。")
	}
	hash, err := hex.DecodeString(sum)
	if err != nil {
		return u, fmt.Errorf("upload: hash of %s: %w", u.Key, err)
	}
	return u, s.store.Write(ctx, func(tx *store.Tx) error {
		rows := store.NewRows("media", 1, "id", "worker_id", "kind", "blob_key", "thumb_key", "duration_ms", "width", "height", "size_bytes", "sha256", "source_type", "created_at")
		rows.Add(u.ID, workerID, string(kind), u.Key, u.ThumbKey, u.DurationMs, u.Width, u.Height, size, hash, source, tx.Millis())
		return rows.Write(tx)
	})
}

// Find gives an upload that a worker may see: their own, and what belongs to an
// approved work. Anything else is ErrUnknown.
func (s *Shelf) Find(ctx context.Context, workerID int64, id string) (Upload, error) {
	return s.find(ctx, id, `AND (m.worker_id = ? OR EXISTS (SELECT 1 FROM works w WHERE w.round_id = m.round_id AND w.entry_seq = m.entry_seq AND w.state = 'approved'))`, workerID)
}

// FindAny gives an upload to an officer who moderates.
func (s *Shelf) FindAny(ctx context.Context, id string) (Upload, error) { return s.find(ctx, id, "") }

func (s *Shelf) find(ctx context.Context, id, and string, args ...any) (u Upload, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		found, err := tx.Row("SELECT m.id, m.kind, m.worker_id, m.blob_key, m.thumb_key, m.duration_ms, m.width, m.height FROM media m WHERE m.id = ? "+and, append([]any{id}, args...),
			&u.ID, &u.Kind, &u.WorkerID, &u.Key, &u.ThumbKey, &u.DurationMs, &u.Width, &u.Height)
		if err != nil {
			return fmt.Errorf("upload %s: %w", id, err)
		}
		if !found {
			return ErrUnknown
		}
		return nil
	})
	return u, err
}

// Of gives uploads by their ids, for lists.
func Of(tx *store.Tx, ids []string) (map[string]Upload, error) {
	out := make(map[string]Upload, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	var u Upload
	err := tx.Each("SELECT id, kind, worker_id, blob_key, thumb_key, duration_ms, width, height FROM media WHERE id IN "+store.Marks(len(ids)), args,
		[]any{&u.ID, &u.Kind, &u.WorkerID, &u.Key, &u.ThumbKey, &u.DurationMs, &u.Width, &u.Height}, func() error {
			out[u.ID] = u
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("uploads: %w", err)
	}
	return out, nil
}

// Known tells which keys of the bucket belong to a row, for the sweep of what
// a crash left behind.
func (s *Shelf) Known(ctx context.Context, keys []string) (map[string]bool, error) {
	out := make(map[string]bool, len(keys))
	args := make([]any, len(keys))
	for i, k := range keys {
		args[i] = k
	}
	return out, s.store.Read(ctx, func(tx *store.Tx) error {
		var key string
		return tx.Each("SELECT blob_key FROM media WHERE blob_key IN "+store.Marks(len(keys)), args, []any{&key}, func() error {
			out[key] = true
			return nil
		})
	})
}
