namespace CdcStripeSync.DevStack.Connector.Columns;

/// <summary>A PostgreSQL type, domains already replaced by what they stand for.</summary>
/// <param name="Modifier">atttypmod: precision and scale, length, or fractional digits; -1 when there is none.</param>
/// <param name="Labels">An enum's labels in order, else null.</param>
/// <param name="Element">An array's element, else null.</param>
public sealed record PostgresType(string Name, int Modifier, IReadOnlyList<string>? Labels = null, PostgresType? Element = null, bool IsRange = false);
