using CdcStripeSync.Connect.Desired;
using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.Connect.Agreement;

/// <summary>Which tables and columns a configuration captures.</summary>
public sealed class CapturedNames
{
    private readonly NameList? _schemas;
    private readonly NameList? _notSchemas;
    private readonly NameList? _tables;
    private readonly NameList? _notTables;
    private readonly NameList? _columns;
    private readonly NameList? _notColumns;

    /// <exception cref="ArgumentException">A list holds what is no regular expression.</exception>
    public CapturedNames(DesiredConnector connector)
    {
        _schemas = NameList.Parse(connector.Option("schema.include.list") ?? connector.Option("database.include.list"));
        _notSchemas = NameList.Parse(connector.Option("schema.exclude.list") ?? connector.Option("database.exclude.list"));
        _tables = NameList.Parse(connector.Option("table.include.list"));
        _notTables = NameList.Parse(connector.Option("table.exclude.list"));
        _columns = NameList.Parse(connector.Option("column.include.list"));
        _notColumns = NameList.Parse(connector.Option("column.exclude.list"));
    }

    /// <summary>The entries of the include list; empty where there is none.</summary>
    public IReadOnlyList<string> Tables => _tables?.Entries ?? [];

    public bool ListsColumns => _columns is not null;

    public bool Captures(TableId table) =>
        (_schemas?.Matches(table.Schema) ?? true) && !(_notSchemas?.Matches(table.Schema) ?? false)
        && (_tables?.Matches(table.ToString()) ?? true) && !(_notTables?.Matches(table.ToString()) ?? false);

    public bool Captures(TableId table, string column) => (_columns?.Matches($"{table}.{column}") ?? true) && !(_notColumns?.Matches($"{table}.{column}") ?? false);
}
