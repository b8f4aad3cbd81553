-- Which entities have something open: an intent or a succession. As the condition of an index on entities it was written with nearly every change, so that
-- each of the two versions that a request makes of its row went into all six indexes. Now only what seldom changes stands in an index of entities
-- (HOT). Written in the same transaction as the entity; programs of an earlier version do not write it: stop them before this one starts.
create table open_work (
    table_schema text collate "C" not null,
    table_name text collate "C" not null,
    key text collate "C" not null,
    resource text collate "C" not null,
    primary key (table_schema, table_name, key, resource)
) with (autovacuum_vacuum_scale_factor = 0.02);

insert into open_work select table_schema, table_name, key, resource from entities where intent is not null or succession is not null;

drop index entities_unfinished;

-- One look at the primary key for each that is open, whatever the server knows of the tables' sizes.
create or replace function unfinished_entities() returns setof entities language sql stable rows 100
    set enable_seqscan = off set enable_bitmapscan = off
as $$
    select e.* from open_work o cross join lateral (
        select * from entities where table_schema = o.table_schema and table_name = o.table_name and key = o.key and resource = o.resource offset 0) e
    where e.intent is not null or e.succession is not null
$$;
