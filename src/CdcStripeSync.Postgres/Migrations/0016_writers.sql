-- How far each process's writes have come. With each, a process names the last that was confirmed to it: where less stands, the store fell back to an older time
-- under the running process (a standby that lagged took over, a restore), and what the process remembers holds no more. Programs of an earlier version do not look.
create table writers (
    writer text collate "C" primary key,
    written bigint not null,
    written_at timestamptz not null default now()
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

create function note_write(by text, number bigint, confirmed bigint) returns void language plpgsql as $$
declare
    stands bigint;
begin
    if pg_is_in_recovery() then
        raise exception 'a standby' using errcode = '25006'; -- it may lag: what it has says nothing of the store
    end if;
    select coalesce(max(w.written), 0) into stands from writers w where w.writer = by;
    if stands < confirmed then
        raise exception 'write % of this process was confirmed, and no more than % stand', confirmed, stands using errcode = 'CS002';
    end if;
    insert into writers as w (writer, written) values (by, number)
        on conflict (writer) do update set written = greatest(w.written, excluded.written), written_at = now();
end $$;
