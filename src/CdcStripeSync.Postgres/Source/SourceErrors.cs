using CdcStripeSync.Core.Changes;
using CdcStripeSync.Pipeline.Ports;
using Npgsql;

namespace CdcStripeSync.Postgres.Source;

/// <summary>What the source database's refusals mean, and what mends them.</summary>
internal static class SourceErrors
{
    public static RowReadException Of(NpgsqlException exception, TableId table) => exception is PostgresException refused && !Outage.Is(exception)
        ? Refused(refused, table)
        : new RowReadException($"the source database does not answer: {exception.Message}", "it is asked again when it is back; see source.connectionString", passes: true, exception);

    public static RowReadException NoTable(TableId table) => new(
        $"the source database has no table {table}", "correct source.connectionString (another database?), or from: in the mapping", passes: false);

    public static RowReadException NoKey(TableId table, string column) => new(
        $"{table} of the source database has no column {column}, which the mapping's key names", "correct key: in the mapping, or source.connectionString (another database?)", passes: false);

    private static RowReadException Refused(PostgresException refused, TableId table) => refused.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege => new(
            $"the source database refuses to read {table}: {refused.MessageText}", $"GRANT USAGE ON SCHEMA {SqlName.Of(table.Schema)} TO …; GRANT SELECT ON {SqlName.Of(table)} TO …;", passes: false, refused),
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidCatalogName => new(
            $"the source database refuses the connection: {refused.MessageText}", "mend source.connectionString", passes: false, refused),
        _ => new($"the source database cannot read {table}: {refused.SqlState} {refused.MessageText}", "`cdc-stripe check` looks at the table", passes: false, refused),
    };
}
