using System.Collections.Immutable;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;

namespace CdcStripeSync.Postgres.Source;

/// <summary>What a publication lets out of one table.</summary>
/// <param name="Columns">Null where the server knows no column lists (before PostgreSQL 15).</param>
/// <param name="RowFilter">SQL; null for all rows.</param>
internal sealed record PublicationCoverage(TableId Table, ImmutableArray<string>? Columns, string? RowFilter)
{
    /// <param name="needed">The map's columns that the table has.</param>
    public IEnumerable<SourceFinding> Judge(string publication, ResourceMap map, ImmutableArray<string> needed)
    {
        var left = Columns is { } published ? needed.Where(c => !published.Contains(c)).ToList() : [];
        // In one transaction: between the two, changes would be published to nobody.
        var again = $"BEGIN; ALTER PUBLICATION {SqlName.Of(publication)} DROP TABLE {SqlName.Of(Table)}; ALTER PUBLICATION {SqlName.Of(publication)} ADD TABLE {SqlName.Of(Table)}; COMMIT;";
        if (left.Count > 0)
            yield return new SourceFinding("source.publication_columns", false, $"publication {publication} leaves out {string.Join(", ", left)} of {Table}", $"{map.Name} reads {(left.Count == 1 ? "it" : "them")}: rows would wait for what never comes", again);
        if (RowFilter is not null)
            yield return new SourceFinding("source.publication_rows", false, $"publication {publication} lets only rows of {Table} with {RowFilter} out", "a row that leaves the filter looks deleted, and others never arrive; exists_when in the mapping is the place for it", again);
    }
}
