-- One row's work concerns another, which has no record of its own to be woken by: gone when that other is settled.
create table calls (
    id text collate "C" primary key,
    resource text collate "C" not null,
    table_schema text collate "C" not null,
    table_name text collate "C" not null,
    key text collate "C" not null,
    kind text collate "C" not null,
    value text not null,
    request_id text,
    since timestamptz not null
) with (autovacuum_vacuum_scale_factor = 0.02);

create index calls_by_time on calls (since);
