using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.Postgres.Source;

internal static class SqlName
{
    public static string Of(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Of(TableId table) => table.Schema.Length == 0 ? Of(table.Name) : $"{Of(table.Schema)}.{Of(table.Name)}";
}
