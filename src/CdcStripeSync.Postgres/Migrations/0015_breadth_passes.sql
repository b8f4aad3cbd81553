-- Steps that the breadth limit let pass and whose effects are not audited yet: with the audit they are what counts against it, over all instances. A step's row goes
-- in the transaction that writes its effect to the audit; where it never has one, with its window. Programs of an earlier version count for themselves.
create table breadth_passes (
    resource text collate "C" not null,
    kind text collate "C" not null,
    table_schema text collate "C" not null,
    table_name text collate "C" not null,
    key text collate "C" not null,
    at timestamptz not null,
    primary key (resource, kind, table_schema, table_name, key)
) with (autovacuum_vacuum_scale_factor = 0.02);

create index audit_effects on audit (resource, kind, at) where kind in ('archive', 'delete', 'recreate', 'price_change', 'create');

-- The limit is a number over rows of two tables: one asks at a time. Both are counted by one statement, so from one snapshot: an effect stands in one of them.
create function pass_breadth(
    of_resource text, of_kind text, schemas text[], names text[], keys text[], approved boolean[], allowance bigint, since timestamptz, now timestamptz,
    out passed bigint, out held integer[])
language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtext(current_schema() || '.breadth_passes'));
    delete from breadth_passes p where p.ctid in (
        select ctid from breadth_passes where resource = of_resource and kind = of_kind and at < since for update skip locked);
    select (select count(*) from audit a where a.resource = of_resource and a.kind = of_kind and a.at >= since
                and a.kind in ('archive', 'delete', 'recreate', 'price_change', 'create'))
        + (select count(*) from breadth_passes p where p.resource = of_resource and p.kind = of_kind and p.at >= since)
        into passed;
    held := '{}';
    for i in 1 .. cardinality(keys) loop
        if exists (select from breadth_passes p where p.resource = of_resource and p.kind = of_kind
                and p.table_schema = schemas[i] and p.table_name = names[i] and p.key = keys[i]) then
            continue;
        end if;
        if passed >= allowance and not approved[i] then
            held := held || i;
            continue;
        end if;
        insert into breadth_passes values (of_resource, of_kind, schemas[i], names[i], keys[i], now);
        passed := passed + 1;
    end loop;
end $$;
