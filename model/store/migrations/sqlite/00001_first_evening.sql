-- +goose Up
-- 工会: the tree city → district or industry → grassroots; path is "/1/5/", so a subtree is a prefix
CREATE TABLE unions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    parent_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    level INTEGER NOT NULL,
    path TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT unions_parent_id_name_key UNIQUE (parent_id, name),
    CONSTRAINT unions_path_key UNIQUE (path)
);

-- 职工: the roster. *_sealed are AES-GCM, *_hash keyed hashes for finding, *_mask what lists show
CREATE TABLE workers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    union_id INTEGER NOT NULL,
    name_sealed BLOB NOT NULL,
    name_mask TEXT NOT NULL,
    phone_sealed BLOB NOT NULL,
    phone_mask TEXT NOT NULL,
    phone_hash BLOB NOT NULL,
    trade TEXT NOT NULL,
    type TEXT NOT NULL,
    staying INTEGER NOT NULL,
    active INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT workers_phone_hash_key UNIQUE (phone_hash)
);
CREATE INDEX workers_union_id_idx ON workers (union_id);

-- a WeChat openid that signed in; worker_id is set when it is bound to the roster
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    app_id TEXT NOT NULL,
    openid TEXT NOT NULL,
    unionid TEXT,
    worker_id INTEGER,
    bound_at INTEGER,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    CONSTRAINT accounts_app_id_openid_key UNIQUE (app_id, openid),
    CONSTRAINT accounts_app_id_worker_id_key UNIQUE (app_id, worker_id)
);
CREATE INDEX accounts_worker_id_idx ON accounts (worker_id);

-- sessions by the hash of their token
CREATE TABLE worker_sessions (
    token_hash BLOB NOT NULL,
    account_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    PRIMARY KEY (token_hash)
) WITHOUT ROWID;
CREATE INDEX worker_sessions_account_id_idx ON worker_sessions (account_id);
CREATE INDEX worker_sessions_expires_at_idx ON worker_sessions (expires_at);

-- how often somebody tried what is limited (guesses at the roster, passwords), per window
CREATE TABLE attempts (
    subject TEXT NOT NULL,
    window_at INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (subject, window_at)
) WITHOUT ROWID;
CREATE INDEX attempts_window_at_idx ON attempts (window_at);

-- 后台人员
CREATE TABLE officers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    roles TEXT NOT NULL,
    locked INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER,
    CONSTRAINT officers_login_key UNIQUE (login)
);

-- sessions by the hash of their token
CREATE TABLE officer_sessions (
    token_hash BLOB NOT NULL,
    officer_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    PRIMARY KEY (token_hash)
) WITHOUT ROWID;
CREATE INDEX officer_sessions_officer_id_idx ON officer_sessions (officer_id);
CREATE INDEX officer_sessions_expires_at_idx ON officer_sessions (expires_at);

-- one-time links: officer_id 0 makes the first administrator, any other sets that officer's password
CREATE TABLE officer_links (
    token_hash BLOB NOT NULL,
    officer_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (token_hash)
) WITHOUT ROWID;
CREATE INDEX officer_links_officer_id_idx ON officer_links (officer_id);

-- what officers did, as a hash chain; written in the same transaction as the deed
CREATE TABLE operations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    officer_id INTEGER NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    prev_hash BLOB NOT NULL,
    hash BLOB NOT NULL
);

-- 活动季
CREATE TABLE seasons (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    year INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT seasons_name_key UNIQUE (name)
);

-- 资金: free_fen is what no round has reserved
CREATE TABLE funds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    budget_fen INTEGER NOT NULL,
    free_fen INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT funds_name_key UNIQUE (name),
    CONSTRAINT funds_check_1 CHECK (free_fen >= 0 AND free_fen <= budget_fen)
);

-- 人群: a rule over the roster
CREATE TABLE worker_groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    rule TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT worker_groups_name_key UNIQUE (name)
);

-- 题库
CREATE TABLE banks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    questions INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT banks_name_key UNIQUE (name)
);

-- one question of a bank; options and correct are JSON
CREATE TABLE questions (
    bank_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    text TEXT NOT NULL,
    options TEXT NOT NULL,
    correct TEXT NOT NULL,
    multiple INTEGER NOT NULL,
    explanation TEXT NOT NULL,
    PRIMARY KEY (bank_id, no)
) WITHOUT ROWID;

-- 活动: draft is the whole ActivityDraft as JSON; the columns beside it are copies for finding
CREATE TABLE activities (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    season_id INTEGER,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    draft TEXT NOT NULL,
    created_by INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    published_at INTEGER
);
CREATE INDEX activities_season_id_idx ON activities (season_id);
CREATE INDEX activities_state_idx ON activities (state);

-- 场次: one opening of an activity, half-open [opens_at, closes_at)
CREATE TABLE rounds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    activity_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    opens_at INTEGER NOT NULL,
    closes_at INTEGER NOT NULL,
    opened_at INTEGER,
    closed_at INTEGER,
    final_at INTEGER,
    CONSTRAINT rounds_name_key UNIQUE (name),
    CONSTRAINT rounds_activity_id_number_key UNIQUE (activity_id, number)
);
CREATE INDEX rounds_state_opens_at_idx ON rounds (state, opens_at);
CREATE INDEX rounds_opens_at_idx ON rounds (opens_at);

-- the hot row of a round: whoever writes entries or plays locks it; numbers and the Merkle frontier live here
CREATE TABLE round_heads (
    round_id INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    entries_open INTEGER NOT NULL,
    reviewing INTEGER NOT NULL,
    participations INTEGER NOT NULL,
    people INTEGER NOT NULL,
    works INTEGER NOT NULL,
    plays INTEGER NOT NULL,
    wins INTEGER NOT NULL,
    won_fen INTEGER NOT NULL,
    reserved_fen INTEGER NOT NULL,
    paid_fen INTEGER NOT NULL,
    released_fen INTEGER NOT NULL,
    raffle_entries INTEGER NOT NULL,
    log_lines INTEGER NOT NULL,
    frontier BLOB NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (round_id),
    CONSTRAINT round_heads_check_1 CHECK (won_fen + released_fen <= reserved_fen AND paid_fen <= won_fen)
);

-- the draw of a round: what was committed before opening, and the signed notes
CREATE TABLE draws (
    round_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    level INTEGER NOT NULL,
    state TEXT NOT NULL,
    secret_sealed BLOB NOT NULL,
    commit_hash BLOB NOT NULL,
    manifest BLOB NOT NULL,
    manifest_hash BLOB NOT NULL,
    units INTEGER NOT NULL,
    total_fen INTEGER NOT NULL,
    tickets INTEGER NOT NULL,
    entropy TEXT NOT NULL,
    freeze_lines INTEGER NOT NULL,
    freeze_root BLOB NOT NULL,
    close_note BLOB NOT NULL,
    final_note BLOB NOT NULL,
    PRIMARY KEY (round_id)
);

-- a public number as one officer typed it
CREATE TABLE draw_numbers (
    round_id INTEGER NOT NULL,
    source TEXT NOT NULL,
    officer_id INTEGER NOT NULL,
    value TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (round_id, source, officer_id)
) WITHOUT ROWID;

-- the order of a raffle: winners and the substitutes behind them
CREATE TABLE draw_ranks (
    round_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    entry_seq INTEGER NOT NULL,
    worker_id INTEGER NOT NULL,
    state TEXT NOT NULL,
    replaces INTEGER,
    PRIMARY KEY (round_id, no)
) WITHOUT ROWID;
CREATE INDEX draw_ranks_round_id_worker_id_idx ON draw_ranks (round_id, worker_id);

-- disqualified winners: proposed by one officer, confirmed by another
CREATE TABLE draw_voids (
    round_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    reason TEXT NOT NULL,
    proposed_by INTEGER NOT NULL,
    proposed_at INTEGER NOT NULL,
    confirmed_by INTEGER,
    confirmed_at INTEGER,
    new_no INTEGER,
    PRIMARY KEY (round_id, no)
) WITHOUT ROWID;

-- 参与: seq counts within the round, nth within the round and worker
CREATE TABLE entries (
    round_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    worker_id INTEGER NOT NULL,
    union_id INTEGER NOT NULL,
    nth INTEGER NOT NULL,
    state TEXT NOT NULL,
    idem TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    deadline_at INTEGER,
    done_at INTEGER,
    score INTEGER NOT NULL,
    chances INTEGER NOT NULL,
    raffle_no INTEGER,
    step_idem TEXT,
    step_hash BLOB,
    progress BLOB NOT NULL,
    PRIMARY KEY (round_id, seq),
    CONSTRAINT entries_round_id_worker_id_nth_key UNIQUE (round_id, worker_id, nth)
) WITHOUT ROWID;
CREATE INDEX entries_worker_id_round_id_idx ON entries (worker_id, round_id);

-- 抽奖: seq is the number in the draw's log
CREATE TABLE plays (
    round_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    entry_seq INTEGER NOT NULL,
    nth INTEGER NOT NULL,
    worker_id INTEGER NOT NULL,
    idem TEXT NOT NULL,
    at INTEGER NOT NULL,
    pos INTEGER NOT NULL,
    prize_code TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    ask_line INTEGER NOT NULL,
    PRIMARY KEY (round_id, seq),
    CONSTRAINT plays_round_id_entry_seq_nth_key UNIQUE (round_id, entry_seq, nth)
) WITHOUT ROWID;
CREATE INDEX plays_worker_id_round_id_idx ON plays (worker_id, round_id);

-- 发放: what is owed to one worker and how far it has come; no is the play's seq or the raffle's rank
CREATE TABLE awards (
    round_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    worker_id INTEGER NOT NULL,
    union_id INTEGER NOT NULL,
    entry_seq INTEGER NOT NULL,
    prize_code TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    state TEXT NOT NULL,
    won_at INTEGER NOT NULL,
    paid_at INTEGER,
    reference TEXT,
    void_reason TEXT,
    PRIMARY KEY (round_id, no)
) WITHOUT ROWID;
CREATE INDEX awards_worker_id_won_at_idx ON awards (worker_id, won_at);
CREATE INDEX awards_round_id_worker_id_idx ON awards (round_id, worker_id);
CREATE INDEX awards_round_id_state_idx ON awards (round_id, state);

-- a payment outside the system that an officer recorded, once per key
CREATE TABLE payments (
    round_id INTEGER NOT NULL,
    idem TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    officer_id INTEGER NOT NULL,
    reference TEXT NOT NULL,
    awards INTEGER NOT NULL,
    amount_fen INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (round_id, idem)
) WITHOUT ROWID;

-- the draw's log: the lines that one transaction wrote, and their Merkle hashes in the order of tlog.StoredHashes
CREATE TABLE log_chunks (
    round_id INTEGER NOT NULL,
    first_line INTEGER NOT NULL,
    line_count INTEGER NOT NULL,
    first_hash INTEGER NOT NULL,
    data BLOB NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (round_id, first_line),
    CONSTRAINT log_chunks_round_id_first_hash_key UNIQUE (round_id, first_hash)
);

-- 台账: double entry, append-only; every row moves one amount from one account to another, so the sum is always zero
CREATE TABLE transfers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    fund_id INTEGER NOT NULL,
    round_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    debit TEXT NOT NULL,
    credit TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    memo TEXT NOT NULL,
    CONSTRAINT transfers_check_1 CHECK (amount_fen > 0)
);
CREATE INDEX transfers_fund_id_id_idx ON transfers (fund_id, id);
CREATE INDEX transfers_round_id_id_idx ON transfers (round_id, id);

-- what was uploaded, as it is served
CREATE TABLE media (
    id TEXT NOT NULL,
    worker_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    blob_key TEXT NOT NULL,
    thumb_key TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    source_type TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    round_id INTEGER,
    entry_seq INTEGER,
    PRIMARY KEY (id)
) WITHOUT ROWID;
CREATE INDEX media_worker_id_created_at_idx ON media (worker_id, created_at);

-- 作品: public only after a yes
CREATE TABLE works (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    round_id INTEGER NOT NULL,
    entry_seq INTEGER NOT NULL,
    worker_id INTEGER NOT NULL,
    union_id INTEGER NOT NULL,
    title TEXT NOT NULL,
    hometown TEXT NOT NULL,
    media_ids TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    decided_at INTEGER,
    decided_by INTEGER,
    CONSTRAINT works_round_id_entry_seq_key UNIQUE (round_id, entry_seq)
);
CREATE INDEX works_state_id_idx ON works (state, id);
CREATE INDEX works_round_id_state_id_idx ON works (round_id, state, id);

-- what may be lost but is shared by all servers (WeChat tokens), sealed
CREATE TABLE cache_entries (
    name TEXT NOT NULL,
    value BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (name)
) WITHOUT ROWID;

-- who of several servers may act
CREATE TABLE leases (
    name TEXT NOT NULL,
    holder TEXT NOT NULL,
    until_at INTEGER NOT NULL,
    PRIMARY KEY (name)
) WITHOUT ROWID;
