namespace CdcStripeSync.DevStack.Connector.Tables;

/// <summary>A table as PostgreSQL's catalogue describes it now.</summary>
/// <param name="Key">The primary key's columns, else those of a unique index over NOT NULL columns, else empty.</param>
internal sealed record CatalogTable(TableName Name, IReadOnlyList<CatalogColumn> Columns, IReadOnlyList<string> Key);
