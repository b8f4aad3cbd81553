namespace CdcStripeSync.Core.Changes;

/// <summary>A table: PostgreSQL's <c>schema.table</c>, MySQL's and MariaDB's <c>database.table</c>.</summary>
public readonly record struct TableId(string Schema, string Name)
{
    public override string ToString() => $"{Schema}.{Name}";

    public static TableId Parse(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? new TableId("", text) : new TableId(text[..dot], text[(dot + 1)..]);
    }
}
