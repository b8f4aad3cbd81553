-- The durable state of one deployment. Keys sort by bytes, so that every instance and every server lists them alike.

create table stamp (
    only_one boolean primary key default true check (only_one),
    account text not null,
    mode text not null,
    stamped_at timestamptz not null default now()
);

create table controls (
    only_one boolean primary key default true check (only_one),
    paused boolean not null default false,
    paused_because text not null default '',
    create_all boolean not null default false,
    mapping_fingerprint text not null default '',
    revision bigint not null default 0
);
insert into controls default values;

-- One row an entity. Every settled change rewrites its row: room in the page keeps the rewrite off the indexes (HOT),
-- which hold only what seldom changes.
create table entities (
    resource text collate "C" not null,
    table_schema text collate "C" not null,
    table_name text collate "C" not null,
    key text collate "C" not null,
    generation integer not null,
    phase smallint not null,
    "row" jsonb not null,
    row_exists boolean not null,
    streamed_epoch integer,
    streamed_position text,
    streamed_seconds bigint,
    streamed_nanos integer,
    snapshot_epoch integer,
    snapshot_position text,
    snapshot_seconds bigint,
    snapshot_nanos integer,
    stripe_id text collate "C",
    parent_stripe_id text collate "C",
    base jsonb not null,
    archived_by_us boolean not null,
    intent jsonb,
    succession jsonb,
    predecessors jsonb not null,
    first_image jsonb,
    renamed_to text,
    mapping_fingerprint text not null,
    epoch bigint not null default 0, -- of the claim under which it was written: fences former owners
    updated_at timestamptz not null default now(),
    primary key (table_schema, table_name, key, resource)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);

create index entities_by_resource on entities (resource, key);
create index entities_by_stripe_id on entities (stripe_id) where stripe_id is not null;
create index entities_by_parent on entities (parent_stripe_id) where parent_stripe_id is not null;
create index entities_unfinished on entities (resource) where intent is not null or succession is not null;
create index entities_linked on entities (resource) where phase = 1;

create table parked (
    resource text collate "C" not null,
    table_schema text collate "C" not null,
    table_name text collate "C" not null,
    key text collate "C" not null,
    reason smallint not null,
    waits_for text collate "C" not null,
    message text not null,
    hint text not null,
    since timestamptz not null,
    approved boolean not null,
    primary key (table_schema, table_name, key, resource)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

create index parked_by_wait on parked (waits_for) where waits_for <> '';
create index parked_by_reason on parked (reason, since);

create table claims (
    kind text collate "C" not null,
    value text collate "C" not null,
    resource text collate "C" not null,
    table_schema text collate "C" not null,
    table_name text collate "C" not null,
    key text collate "C" not null,
    at_epoch integer not null,
    at_position text not null,
    at_seconds bigint,
    at_nanos integer,
    primary key (kind, value, table_schema, table_name, key, resource)
) with (fillfactor = 80);

create index claims_by_claimant on claims (table_schema, table_name, key, resource);

create table dead_letters (
    id bigint generated always as identity primary key,
    topic text collate "C" not null,
    partition integer not null,
    record_offset bigint not null,
    record_time bigint not null,
    record_key bytea,
    record_value bytea,
    headers jsonb not null,
    resource text collate "C",
    table_schema text collate "C",
    table_name text collate "C",
    key text collate "C",
    error text not null,
    hint text not null,
    position text,
    attempts integer not null,
    mapping_fingerprint text not null,
    at timestamptz not null
);

-- A record that is read again after a crash is the same letter. The time tells a topic that was made anew.
create unique index dead_letters_by_record on dead_letters
    (topic, partition, record_offset, record_time, coalesce(resource, ''), coalesce(table_schema, ''), coalesce(table_name, ''), coalesce(key, ''));

create table table_positions (
    table_schema text collate "C" not null,
    table_name text collate "C" not null,
    epoch integer not null,
    truncated_epoch integer,
    truncated_position text,
    truncated_seconds bigint,
    truncated_nanos integer,
    primary key (table_schema, table_name)
);

create table audit (
    id bigint generated always as identity primary key,
    resource text collate "C" not null,
    table_schema text collate "C" not null,
    table_name text collate "C" not null,
    key text collate "C" not null,
    kind text collate "C" not null,
    request text not null,
    form text not null,
    stripe_id text collate "C",
    request_id text collate "C",
    position text not null,
    at timestamptz not null
) with (autovacuum_vacuum_insert_scale_factor = 0.05);

-- Lists one entity's history, and makes a batch that is written twice (its commit's answer was lost) count once.
create unique index audit_by_entity on audit
    (table_schema, table_name, key, resource, at, kind, coalesce(request_id, ''), md5(request || ' ' || form));
create index audit_by_time on audit (at) include (resource, kind);

create table offsets (
    topic text collate "C" not null,
    partition integer not null,
    next bigint not null,
    metadata text not null,
    primary key (topic, partition)
) with (fillfactor = 50);
