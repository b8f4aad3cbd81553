-- The newest complete snapshot that has read each table to its last row: its place in the log and its time, the partition of that row, and where the
-- topic's partitions ended a while after it was read ("0:812 1:44", null until that was asked). Rows that it did not contain are looked after once all of
-- these are settled; then it is swept. Programs of an earlier version do not write it: snapshots that they read are not swept.
create table snapshot_ends (
    table_schema text collate "C" not null,
    table_name text collate "C" not null,
    position text not null,
    seconds bigint not null,
    nanos integer not null,
    topic text not null,
    partition integer not null,
    read_at timestamptz not null,
    ends text,
    swept boolean not null,
    primary key (table_schema, table_name)
);
