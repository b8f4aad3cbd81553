namespace CdcStripeSync.Postgres.Source;

/// <summary>A column's type as the catalogue has it, domains seen through.</summary>
/// <param name="Name"><c>int8</c>, <c>numeric</c>, an enum's name; for an array its element's.</param>
/// <param name="Kind"><c>pg_type.typtype</c> of that: b base, e enum, r range …</param>
/// <param name="Modifier">The type modifier (length, precision); -1 for none.</param>
/// <param name="Sql">As SQL writes the column's own type: what a text is cast to.</param>
internal sealed record SourceColumnType(string Name, char Kind, bool IsArray, int Modifier, string Sql);
