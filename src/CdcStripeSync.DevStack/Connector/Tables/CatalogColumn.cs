using CdcStripeSync.DevStack.Connector.Columns;

namespace CdcStripeSync.DevStack.Connector.Tables;

/// <summary>A column as PostgreSQL's catalogue describes it now.</summary>
internal sealed record CatalogColumn(string Name, bool NotNull, string? Default, PostgresType Type);
