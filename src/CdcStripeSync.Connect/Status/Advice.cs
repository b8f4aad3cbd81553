namespace CdcStripeSync.Connect.Status;

/// <summary>What a person can do about a failure that is known.</summary>
public static class Advice
{
    private static readonly (string Part, string Do)[] Known =
    [
        ("ROW binlog_format", "SET PERSIST binlog_format = 'ROW' (MariaDB: binlog_format = ROW in the server's file), then `connectors restart --failed`"),
        ("binlog_row_image", "SET PERSIST binlog_row_image = 'FULL' (MariaDB: in the server's file), then `connectors restart --failed`"),
        ("binlog_format", "SET PERSIST binlog_format = 'ROW' (MariaDB: binlog_format = ROW in the server's file), then `connectors restart --failed`"),
        ("purged required binary logs", "the binlog that the connector needs is gone: `connectors offsets reset` takes a new snapshot; raise binlog_expire_logs_seconds"),
        ("Access denied", "correct the user, or the secret that the worker's environment holds, or GRANT SELECT, RELOAD, SHOW DATABASES, REPLICATION SLAVE, REPLICATION CLIENT"),
        ("no longer available on the server", "the slot was lost: `connectors offsets reset` stops the connector, forgets where it was and takes a new snapshot (docs/deploy.md, \"A lost slot\")"),
        ("can no longer get changes from replication slot", "the slot was lost: drop it (SELECT pg_drop_replication_slot(…)), then `connectors offsets reset` takes a new snapshot (docs/deploy.md, \"A lost slot\")"),
        ("is active for PID", "another connector reads this slot: give each connector its own slot.name, or delete the other one"),
        ("Publication autocreation is disabled", "create the publication (`connectors generate --sql` prints it), then `connectors restart --failed`"),
        ("password authentication failed", "correct the user, or the secret that the worker's environment holds"),
        ("${", "the worker does not know this reference and takes it literally: set it where the worker runs, or correct its name"),
        ("wal_level", "ALTER SYSTEM SET wal_level = 'logical'; then restart PostgreSQL"),
        ("must be superuser to create FOR ALL TABLES", "set publication.autocreate.mode to filtered, or to disabled with a publication of the tables' owner (`connectors generate --sql` prints it)"),
        ("must be owner of", "let the tables' owner make the publication (`connectors generate --sql` prints it) and set publication.autocreate.mode to disabled"),
        ("roles LOGIN and REPLICATION are not assigned", "ALTER ROLE … LOGIN REPLICATION for the connector's user"),
        ("must be superuser or replication role", "ALTER ROLE … REPLICATION for the connector's user (`cdc-stripe check --fix-sql` as that user prints it)"),
        ("permission denied", "grant what is missing: `cdc-stripe check --fix-sql` prints it"),
        ("all replication slots are in use", "raise max_replication_slots, or drop slots that nobody reads"),
        ("requested WAL segment", "the slot was lost: drop it (SELECT pg_drop_replication_slot(…)), then `connectors offsets reset` takes a new snapshot (docs/deploy.md, \"A lost slot\")"),
        ("refused. Check that the hostname", "start the database, or correct database.hostname and database.port"),
        ("does not exist", "create it, or correct the name in the configuration"),
    ];

    /// <summary>Null where nothing is known.</summary>
    public static string? For(string cause) => Known.FirstOrDefault(k => cause.Contains(k.Part, StringComparison.OrdinalIgnoreCase)).Do;
}
