-- What identifies a resource's rows: a mapping that says otherwise is refused while rows of it are kept.
create table identities (
    resource text collate "C" primary key,
    "from" text not null,
    key text not null,
    stripe_id text not null
);
