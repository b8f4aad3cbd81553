namespace CdcStripeSync.DevStack.Connector;

/// <summary>A schema-qualified table.</summary>
public readonly record struct TableName(string Schema, string Table) : IComparable<TableName>
{
    /// <summary>Quoted for SQL.</summary>
    public string Sql => $"{Quote(Schema)}.{Quote(Table)}";

    public static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public int CompareTo(TableName other) => string.CompareOrdinal(ToString(), other.ToString());

    public override string ToString() => $"{Schema}.{Table}";

    public static bool operator <(TableName left, TableName right) => left.CompareTo(right) < 0;

    public static bool operator >(TableName left, TableName right) => left.CompareTo(right) > 0;

    public static bool operator <=(TableName left, TableName right) => left.CompareTo(right) <= 0;

    public static bool operator >=(TableName left, TableName right) => left.CompareTo(right) >= 0;
}
