-- +goose Up
-- 工会: the tree city → district or industry → grassroots; path is "/1/5/", so a subtree is a prefix
CREATE TABLE unions (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    parent_id BIGINT NOT NULL,
    name VARCHAR(100) NOT NULL,
    level BIGINT NOT NULL,
    path VARCHAR(200) NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT unions_parent_id_name_key UNIQUE (parent_id, name),
    CONSTRAINT unions_path_key UNIQUE (path)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- 职工: the roster. *_sealed are AES-GCM, *_hash keyed hashes for finding, *_mask what lists show
CREATE TABLE workers (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    union_id BIGINT NOT NULL,
    name_sealed LONGBLOB NOT NULL,
    name_mask VARCHAR(60) NOT NULL,
    phone_sealed LONGBLOB NOT NULL,
    phone_mask VARCHAR(30) NOT NULL,
    phone_hash BINARY(32) NOT NULL,
    trade VARCHAR(40) NOT NULL,
    type VARCHAR(40) NOT NULL,
    staying TINYINT NOT NULL,
    active TINYINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT workers_phone_hash_key UNIQUE (phone_hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX workers_union_id_idx ON workers (union_id);

-- a WeChat openid that signed in; worker_id is set when it is bound to the roster
CREATE TABLE accounts (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    app_id VARCHAR(64) NOT NULL,
    openid VARCHAR(64) NOT NULL,
    unionid VARCHAR(64),
    worker_id BIGINT,
    bound_at BIGINT,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    CONSTRAINT accounts_app_id_openid_key UNIQUE (app_id, openid),
    CONSTRAINT accounts_app_id_worker_id_key UNIQUE (app_id, worker_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX accounts_worker_id_idx ON accounts (worker_id);

-- sessions by the hash of their token
CREATE TABLE worker_sessions (
    token_hash BINARY(32) NOT NULL,
    account_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (token_hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX worker_sessions_account_id_idx ON worker_sessions (account_id);
CREATE INDEX worker_sessions_expires_at_idx ON worker_sessions (expires_at);

-- how often somebody tried what is limited (guesses at the roster, passwords), per window
CREATE TABLE attempts (
    subject VARCHAR(120) NOT NULL,
    window_at BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (subject, window_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX attempts_window_at_idx ON attempts (window_at);

-- 后台人员
CREATE TABLE officers (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    login VARCHAR(32) NOT NULL,
    name VARCHAR(60) NOT NULL,
    password_hash VARCHAR(200) NOT NULL,
    roles VARCHAR(200) NOT NULL,
    locked TINYINT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT,
    CONSTRAINT officers_login_key UNIQUE (login)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- sessions by the hash of their token
CREATE TABLE officer_sessions (
    token_hash BINARY(32) NOT NULL,
    officer_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (token_hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX officer_sessions_officer_id_idx ON officer_sessions (officer_id);
CREATE INDEX officer_sessions_expires_at_idx ON officer_sessions (expires_at);

-- one-time links: officer_id 0 makes the first administrator, any other sets that officer's password
CREATE TABLE officer_links (
    token_hash BINARY(32) NOT NULL,
    officer_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (token_hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX officer_links_officer_id_idx ON officer_links (officer_id);

-- what officers did, as a hash chain; written in the same transaction as the deed
CREATE TABLE operations (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    at BIGINT NOT NULL,
    officer_id BIGINT NOT NULL,
    action VARCHAR(60) NOT NULL,
    subject VARCHAR(120) NOT NULL,
    reason VARCHAR(400) NOT NULL,
    detail MEDIUMTEXT NOT NULL,
    prev_hash BINARY(32) NOT NULL,
    hash BINARY(32) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- 活动季
CREATE TABLE seasons (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(100) NOT NULL,
    year BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT seasons_name_key UNIQUE (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- 资金: free_fen is what no round has reserved
CREATE TABLE funds (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(100) NOT NULL,
    budget_fen BIGINT NOT NULL,
    free_fen BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT funds_name_key UNIQUE (name),
    CONSTRAINT funds_check_1 CHECK (free_fen >= 0 AND free_fen <= budget_fen)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- 人群: a rule over the roster
CREATE TABLE worker_groups (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(100) NOT NULL,
    rule MEDIUMTEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT worker_groups_name_key UNIQUE (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- 题库
CREATE TABLE banks (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(100) NOT NULL,
    questions BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT banks_name_key UNIQUE (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- one question of a bank; options and correct are JSON
CREATE TABLE questions (
    bank_id BIGINT NOT NULL,
    no BIGINT NOT NULL,
    text MEDIUMTEXT NOT NULL,
    options MEDIUMTEXT NOT NULL,
    correct VARCHAR(60) NOT NULL,
    multiple TINYINT NOT NULL,
    explanation MEDIUMTEXT NOT NULL,
    PRIMARY KEY (bank_id, no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- 活动: draft is the whole ActivityDraft as JSON; the columns beside it are copies for finding
CREATE TABLE activities (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    season_id BIGINT,
    title VARCHAR(100) NOT NULL,
    kind VARCHAR(40) NOT NULL,
    state VARCHAR(20) NOT NULL,
    draft MEDIUMTEXT NOT NULL,
    created_by BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    published_at BIGINT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX activities_season_id_idx ON activities (season_id);
CREATE INDEX activities_state_idx ON activities (state);

-- 场次: one opening of an activity, half-open [opens_at, closes_at)
CREATE TABLE rounds (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(40) NOT NULL,
    activity_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    state VARCHAR(20) NOT NULL,
    opens_at BIGINT NOT NULL,
    closes_at BIGINT NOT NULL,
    opened_at BIGINT,
    closed_at BIGINT,
    final_at BIGINT,
    CONSTRAINT rounds_name_key UNIQUE (name),
    CONSTRAINT rounds_activity_id_number_key UNIQUE (activity_id, number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX rounds_state_opens_at_idx ON rounds (state, opens_at);
CREATE INDEX rounds_opens_at_idx ON rounds (opens_at);

-- the hot row of a round: whoever writes entries or plays locks it; numbers and the Merkle frontier live here
CREATE TABLE round_heads (
    round_id BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    entries_open BIGINT NOT NULL,
    reviewing BIGINT NOT NULL,
    participations BIGINT NOT NULL,
    people BIGINT NOT NULL,
    works BIGINT NOT NULL,
    plays BIGINT NOT NULL,
    wins BIGINT NOT NULL,
    won_fen BIGINT NOT NULL,
    reserved_fen BIGINT NOT NULL,
    paid_fen BIGINT NOT NULL,
    released_fen BIGINT NOT NULL,
    raffle_entries BIGINT NOT NULL,
    log_lines BIGINT NOT NULL,
    frontier LONGBLOB NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (round_id),
    CONSTRAINT round_heads_check_1 CHECK (won_fen + released_fen <= reserved_fen AND paid_fen <= won_fen)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- the draw of a round: what was committed before opening, and the signed notes
CREATE TABLE draws (
    round_id BIGINT NOT NULL,
    kind VARCHAR(20) NOT NULL,
    level BIGINT NOT NULL,
    state VARCHAR(20) NOT NULL,
    secret_sealed LONGBLOB NOT NULL,
    commit_hash BINARY(32) NOT NULL,
    manifest LONGBLOB NOT NULL,
    manifest_hash BINARY(32) NOT NULL,
    units BIGINT NOT NULL,
    total_fen BIGINT NOT NULL,
    tickets BIGINT NOT NULL,
    entropy MEDIUMTEXT NOT NULL,
    freeze_lines BIGINT NOT NULL,
    freeze_root LONGBLOB NOT NULL,
    close_note LONGBLOB NOT NULL,
    final_note LONGBLOB NOT NULL,
    PRIMARY KEY (round_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- a public number as one officer typed it
CREATE TABLE draw_numbers (
    round_id BIGINT NOT NULL,
    source VARCHAR(60) NOT NULL,
    officer_id BIGINT NOT NULL,
    value VARCHAR(200) NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (round_id, source, officer_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- the order of a raffle: winners and the substitutes behind them
CREATE TABLE draw_ranks (
    round_id BIGINT NOT NULL,
    no BIGINT NOT NULL,
    entry_seq BIGINT NOT NULL,
    worker_id BIGINT NOT NULL,
    state VARCHAR(20) NOT NULL,
    replaces BIGINT,
    PRIMARY KEY (round_id, no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX draw_ranks_round_id_worker_id_idx ON draw_ranks (round_id, worker_id);

-- disqualified winners: proposed by one officer, confirmed by another
CREATE TABLE draw_voids (
    round_id BIGINT NOT NULL,
    no BIGINT NOT NULL,
    reason VARCHAR(40) NOT NULL,
    proposed_by BIGINT NOT NULL,
    proposed_at BIGINT NOT NULL,
    confirmed_by BIGINT,
    confirmed_at BIGINT,
    new_no BIGINT,
    PRIMARY KEY (round_id, no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- 参与: seq counts within the round, nth within the round and worker
CREATE TABLE entries (
    round_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    worker_id BIGINT NOT NULL,
    union_id BIGINT NOT NULL,
    nth BIGINT NOT NULL,
    state VARCHAR(12) NOT NULL,
    idem VARCHAR(64) NOT NULL,
    body_hash BINARY(32) NOT NULL,
    created_at BIGINT NOT NULL,
    deadline_at BIGINT,
    done_at BIGINT,
    score BIGINT NOT NULL,
    chances BIGINT NOT NULL,
    raffle_no BIGINT,
    step_idem VARCHAR(64),
    step_hash BINARY(32),
    progress LONGBLOB NOT NULL,
    PRIMARY KEY (round_id, seq),
    CONSTRAINT entries_round_id_worker_id_nth_key UNIQUE (round_id, worker_id, nth)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX entries_worker_id_round_id_idx ON entries (worker_id, round_id);

-- 抽奖: seq is the number in the draw's log
CREATE TABLE plays (
    round_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    entry_seq BIGINT NOT NULL,
    nth BIGINT NOT NULL,
    worker_id BIGINT NOT NULL,
    idem VARCHAR(64) NOT NULL,
    at BIGINT NOT NULL,
    pos BIGINT NOT NULL,
    prize_code VARCHAR(16) NOT NULL,
    amount_fen BIGINT NOT NULL,
    ask_line BIGINT NOT NULL,
    PRIMARY KEY (round_id, seq),
    CONSTRAINT plays_round_id_entry_seq_nth_key UNIQUE (round_id, entry_seq, nth)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX plays_worker_id_round_id_idx ON plays (worker_id, round_id);

-- 发放: what is owed to one worker and how far it has come; no is the play's seq or the raffle's rank
CREATE TABLE awards (
    round_id BIGINT NOT NULL,
    no BIGINT NOT NULL,
    worker_id BIGINT NOT NULL,
    union_id BIGINT NOT NULL,
    entry_seq BIGINT NOT NULL,
    prize_code VARCHAR(16) NOT NULL,
    amount_fen BIGINT NOT NULL,
    state VARCHAR(12) NOT NULL,
    won_at BIGINT NOT NULL,
    paid_at BIGINT,
    reference VARCHAR(100),
    void_reason VARCHAR(40),
    PRIMARY KEY (round_id, no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX awards_worker_id_won_at_idx ON awards (worker_id, won_at);
CREATE INDEX awards_round_id_worker_id_idx ON awards (round_id, worker_id);
CREATE INDEX awards_round_id_state_idx ON awards (round_id, state);

-- a payment outside the system that an officer recorded, once per key
CREATE TABLE payments (
    round_id BIGINT NOT NULL,
    idem VARCHAR(64) NOT NULL,
    body_hash BINARY(32) NOT NULL,
    officer_id BIGINT NOT NULL,
    reference VARCHAR(100) NOT NULL,
    awards BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (round_id, idem)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- the draw's log: the lines that one transaction wrote, and their Merkle hashes in the order of tlog.StoredHashes
CREATE TABLE log_chunks (
    round_id BIGINT NOT NULL,
    first_line BIGINT NOT NULL,
    line_count BIGINT NOT NULL,
    first_hash BIGINT NOT NULL,
    data LONGBLOB NOT NULL,
    hashes LONGBLOB NOT NULL,
    PRIMARY KEY (round_id, first_line),
    CONSTRAINT log_chunks_round_id_first_hash_key UNIQUE (round_id, first_hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- 台账: double entry, append-only; every row moves one amount from one account to another, so the sum is always zero
CREATE TABLE transfers (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    at BIGINT NOT NULL,
    fund_id BIGINT NOT NULL,
    round_id BIGINT NOT NULL,
    kind VARCHAR(20) NOT NULL,
    debit VARCHAR(20) NOT NULL,
    credit VARCHAR(20) NOT NULL,
    amount_fen BIGINT NOT NULL,
    memo VARCHAR(200) NOT NULL,
    CONSTRAINT transfers_check_1 CHECK (amount_fen > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX transfers_fund_id_id_idx ON transfers (fund_id, id);
CREATE INDEX transfers_round_id_id_idx ON transfers (round_id, id);

-- what was uploaded, as it is served
CREATE TABLE media (
    id VARCHAR(64) NOT NULL,
    worker_id BIGINT NOT NULL,
    kind VARCHAR(12) NOT NULL,
    blob_key VARCHAR(100) NOT NULL,
    thumb_key VARCHAR(100) NOT NULL,
    duration_ms BIGINT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    sha256 BINARY(32) NOT NULL,
    source_type VARCHAR(60) NOT NULL,
    created_at BIGINT NOT NULL,
    round_id BIGINT,
    entry_seq BIGINT,
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX media_worker_id_created_at_idx ON media (worker_id, created_at);

-- 作品: public only after a yes
CREATE TABLE works (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    round_id BIGINT NOT NULL,
    entry_seq BIGINT NOT NULL,
    worker_id BIGINT NOT NULL,
    union_id BIGINT NOT NULL,
    title VARCHAR(200) NOT NULL,
    hometown VARCHAR(200) NOT NULL,
    media_ids MEDIUMTEXT NOT NULL,
    state VARCHAR(12) NOT NULL,
    reason VARCHAR(400) NOT NULL,
    created_at BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by BIGINT,
    CONSTRAINT works_round_id_entry_seq_key UNIQUE (round_id, entry_seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX works_state_id_idx ON works (state, id);
CREATE INDEX works_round_id_state_id_idx ON works (round_id, state, id);

-- what may be lost but is shared by all servers (WeChat tokens), sealed
CREATE TABLE cache_entries (
    name VARCHAR(191) NOT NULL,
    value LONGBLOB NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- who of several servers may act
CREATE TABLE leases (
    name VARCHAR(60) NOT NULL,
    holder VARCHAR(60) NOT NULL,
    until_at BIGINT NOT NULL,
    PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
