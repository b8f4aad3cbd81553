using Npgsql;

namespace CdcStripeSync.Postgres.Tables;

internal static class WritersTable
{
    /// <summary>Notes a write, before its other statements: nothing of it stands where the store has lost one that it had confirmed.</summary>
    /// <param name="confirmed">The highest that was confirmed; 0 before the first.</param>
    public static NpgsqlBatchCommand Note(string writer, long number, long confirmed) =>
        Statement.Of("select note_write($1, $2, $3)").Text(writer).Long(number).Long(confirmed);

    /// <summary>No process lives so long without a write.</summary>
    public static NpgsqlBatchCommand Forget() => Statement.Of("delete from writers where written_at < now() - interval '1 year'");
}
