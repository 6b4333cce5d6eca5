package tokencache

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"nianwei/model/seal"
	"nianwei/service/wechat"
)

// Redis implements wechat.Store on a Redis server, for installations of several
// servers that have one: a token is read more often than anything else, and
// may be lost. Values are sealed as in the database.
type Redis struct {
	client *redis.Client
	ring   *seal.Keyring
	prefix string
}

// NewRedis makes a cache on the server at url (redis://[:password@]host:port/db).
// Nothing is dialled yet: a Redis that is away must not stop a start.
func NewRedis(url, prefix string, ring *seal.Keyring) (*Redis, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("token cache: redis: %w", err)
	}
	return &Redis{client: redis.NewClient(options), ring: ring, prefix: prefix}, nil
}

// Close ends the connections.
func (r *Redis) Close() error { return r.client.Close() }

// Get gives a value and how much longer it lives. It returns
// wechat.ErrNotStored when there is none, or none that this server can open.
func (r *Redis) Get(ctx context.Context, key string) (value string, ttl time.Duration, err error) {
	var sealed *redis.StringCmd
	var left *redis.DurationCmd
	_, err = r.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		sealed, left = p.Get(ctx, r.prefix+key), p.PTTL(ctx, r.prefix+key)
		return nil
	})
	if errors.Is(err, redis.Nil) {
		return "", 0, wechat.ErrNotStored
	}
	if err != nil {
		return "", 0, fmt.Errorf("token cache: redis: %w", err)
	}
	plain, err := r.ring.Open(purpose, []byte(sealed.Val()))
	if err != nil || left.Val() <= 0 {
		return "", 0, wechat.ErrNotStored
	}
	return string(plain), left.Val(), nil
}

// Set stores a value for ttl.
func (r *Redis) Set(ctx context.Context, key, value string, ttl time.Duration) error {
	if err := r.client.Set(ctx, r.prefix+key, r.ring.Seal(purpose, []byte(value)), ttl).Err(); err != nil {
		return fmt.Errorf("token cache: redis: %w", err)
	}
	return nil
}

// Delete forgets a value.
func (r *Redis) Delete(ctx context.Context, key string) error {
	if err := r.client.Del(ctx, r.prefix+key).Err(); err != nil {
		return fmt.Errorf("token cache: redis: %w", err)
	}
	return nil
}
