// Package account is who is asking: workers who come in through WeChat and are
// bound to the roster, and officers who come in with a password. Tokens are
// 32 random bytes that only their holder knows; the database has their
// SHA-256, so that a stolen backup opens no session.
package account
